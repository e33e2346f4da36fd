import type { Context } from '../context.ts';
import type { Variables } from '../dotenv/variables.ts';
import { keyFault, providerVariable, SETTINGS, USUAL_PROVIDERS } from './settings.ts';

/**
 * Asks for what the flags did not say. What stands in the file already is offered again; an empty answer leaves a variable
 * as it is.
 */
export async function askForVariables(context: Context, given: Variables, found: Variables): Promise<Variables> {
  const { askOptional } = await import('../prompt.ts');
  const answers: Variables = {};
  const put = (name: string, answer: string) => {
    if (answer !== '') answers[name] = answer;
  };
  const faultOf = (fault: (text: string) => string | undefined) => (text: string) =>
    text === '' ? undefined : fault(text);
  for (const { name, question, fallback, secret, fault } of SETTINGS) {
    if (question === '' || given[name] !== undefined) continue;
    // with a database elsewhere the folder holds next to nothing
    if (name === 'GATEWAY_DATA_DIR' && (given.DATABASE_URL ?? answers.DATABASE_URL ?? found.DATABASE_URL)) continue;
    const kept = secret && found[name] !== undefined ? `${question}; Enter keeps the one that is there` : question;
    put(name, await askOptional(context, kept, { fallback: found[name] ?? fallback, secret, fault: faultOf(fault) }));
  }
  for (const provider of USUAL_PROVIDERS) {
    const name = providerVariable(provider, 'API_KEY');
    if (given[name] !== undefined) continue;
    const otherwise = found[name] === undefined ? 'Enter: none' : 'Enter keeps the one that is there';
    const question = `API key of ${provider} (${otherwise})`;
    put(name, await askOptional(context, question, { secret: true, fault: faultOf(keyFault) }));
  }
  return answers;
}
