import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { INTEGRATIONS, integrationOf } from '../integrations/index.ts';
import type { Integration, Scope, Surroundings } from '../integrations/integration.ts';
import { choiceHint } from '../nearest.ts';
import { isFound } from './found.ts';

/** How the command line says which tools are meant, and what for. */
interface Meant {
  all?: boolean;
  action: string;
  scope: Scope;
}

/** The tools meant; undefined: only a list is wanted. Throws `usage` for a name that is none. */
export async function chooseTools(
  context: Context,
  names: readonly string[],
  { all = false, action, scope }: Meant,
  at: Surroundings,
): Promise<Integration[] | undefined> {
  if (names.length > 0) return refuseScope([...new Set(names.map(named))], scope);
  if (all)
    return refuseScope(
      INTEGRATIONS.filter((each) => isFound(each, at)),
      scope,
    );
  if (action === 'preview') return undefined;
  if (!context.mayAsk)
    throw new GatewayError('input_required', 'No tool is named.', {
      param: '<tool>',
      hint: 'Name one, such as claude, or take --all: no question can be asked here.',
      next: [{ command: 'gateway setup', when: 'to see the tools' }],
    });
  const { pickTools } = await import('./pick.ts');
  return refuseScope(await pickTools(context, at), scope);
}

function named(name: string): Integration {
  const found = integrationOf(name);
  if (found) return found;
  const names = INTEGRATIONS.map((each) => each.name);
  throw new GatewayError('usage', `gateway knows no tool "${name}".`, {
    param: '<tool>',
    hint: choiceHint(name.toLowerCase(), names),
  });
}

function refuseScope(tools: Integration[], scope: Scope): Integration[] {
  const without = tools.find(({ scopes, files }) => files && !scopes.includes(scope));
  if (!without) return tools;
  throw new GatewayError('usage', `${without.title} has no configuration for a ${scope}.`, {
    param: '--scope',
    hint: `Use --scope ${without.scopes[0]}.`,
  });
}
