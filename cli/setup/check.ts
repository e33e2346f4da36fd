import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { type Check, fail, failed, notChecked, pass, warn } from '../doctor/check.ts';
import type { Effective, Integration, Said, Scope, Surroundings } from '../integrations/integration.ts';
import { serverAddress } from '../preference-table.ts';
import { ownerOf } from './job.ts';
import { readData } from './read-file.ts';
import { readRecord } from './record.ts';

/**
 * Looks at a tool's configuration as the tool itself does, says what goes before what was written, and sends one request
 * in the tool's own format with the tool's own key and model.
 * @param request false: nobody is asked.
 */
export async function checkTool(
  context: Context,
  integration: Integration,
  at: Surroundings,
  { scope, request }: { scope: Scope; request: boolean },
): Promise<Check[]> {
  const { name, effective } = integration;
  const again = `gateway setup ${name} --install${scope === 'project' ? ' --scope project' : ''}`;
  if (!effective) return [notChecked('configuration', `${integration.title} does not keep it in a file`)];
  let found: Effective;
  let written: string[] | undefined;
  try {
    written = (await readRecord(ownerOf(context, integration, scope)))?.files.map(({ path }) => path);
    found = await effective(at, readData, scope);
  } catch (error) {
    return [failed('configuration', error)];
  }
  const wayOut = ({ from }: Said) => {
    if (/^[A-Z_][A-Z0-9_]*$/.test(from)) return `unset ${from}`;
    // what setup wrote, or would write: written anew, it is right
    if (!written || written.includes(from)) return again;
    const local = scope === 'user' && integration.scopes.includes('project') && from.startsWith(join(at.cwd, '/'));
    return local ? `${again} --scope project` : `Correct ${from}: it goes before what setup wrote.`;
  };
  const address = addressCheck(context.settings.apiUrl, found.address, again, wayOut);
  const key = keyCheck(found.key, again, wayOut);
  const checks = [address, key, modelCheck(found.model, again), ...shadowChecks(integration, at)];
  if (!request || checks.some(({ status }) => status === 'fail')) return checks;
  return [...checks, await requestCheck(context, integration, found, again)];
}

/** What takes away what goes before our files: a variable of the shell, or a file that is not ours. */
type WayOut = (said: Said) => string;

function addressCheck(apiUrl: string, said: Said | undefined, again: string, wayOut: WayOut): Check {
  if (!said) return fail('address', 'Nothing says where requests go: they go to the maker of the tool.', again);
  if (serverAddress(said.value ?? '') === apiUrl) return pass('address', `Requests go to ${apiUrl} (${said.from}).`);
  return fail('address', `Requests go to ${said.value}, as ${said.from} says, not to ${apiUrl}.`, wayOut(said));
}

function keyCheck(said: Said | undefined, again: string, wayOut: WayOut): Check {
  if (!said) return fail('key', 'No API key is configured.', again);
  if (said.value === undefined) return warn('key', `What ${said.from} names is not known here.`, again);
  if (said.value.startsWith('sk-gw-')) return pass('key', `The key is in place (${said.from}).`);
  return fail('key', `The key from ${said.from} is not one of the gateway.`, wayOut(said));
}

function modelCheck(said: Said | undefined, again: string): Check {
  if (!said) return warn('model', 'No model is configured: the tool asks for its own default.', again);
  return pass('model', `It starts with ${said.value} (${said.from}).`);
}

function shadowChecks({ shadows = [] }: Integration, { env }: Surroundings): Check[] {
  return shadows
    .filter((name) => env[name])
    .map((name) => warn('variables', `${name} is set in this shell and may go before the files.`, `unset ${name}`));
}

async function requestCheck(
  context: Context,
  { format, title }: Integration,
  { key, model }: Effective,
  again: string,
): Promise<Check> {
  if (key?.value === undefined || model?.value === undefined)
    return notChecked('request', 'the key or the model is not known');
  try {
    const { probe } = await import('../probe/probe.ts');
    const answer = await probe(context, { model: model.value, format, stream: true, key: key.value });
    return pass('request', `${answer.model} answered as ${title} asks, in ${answer.latency_ms} ms.`);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return failed('request', error, error.code === 'model_not_found' ? again : undefined);
  }
}
