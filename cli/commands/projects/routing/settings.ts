import type { RoutingPatch } from '../../../../shared/contracts/project-routing.ts';
import { GatewayError } from '../../../../shared/errors.ts';
import { inputError } from '../../../input-error.ts';
import { nearest } from '../../../nearest.ts';
import { PRIORITY, ROUTING_GROUPS, ROUTING_KEYS } from '../../../routing-keys.ts';

type Json = Record<string, unknown>;

/** `weights.price=0.8 retry.max_retries=1` → what is sent. Throws `usage` for the first that cannot be, before anything is. */
export async function patchOf(assignments: readonly string[]): Promise<RoutingPatch> {
  const { routingOverrides } = await import('../../../../shared/contracts/routing.ts');
  const patch: Json = {};
  for (const assignment of assignments) {
    const [, key = '', text = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    if (key === '') throw notAssigned(assignment);
    const path = pathOf(key);
    if (text === 'default') {
      put(patch, path, null);
      continue;
    }
    const value = typed(key, text);
    const alone: Json = {};
    put(alone, path, value);
    const checked = routingOverrides.safeParse(alone);
    if (!checked.success) throw inputError(checked.error, 'body', { [path[0]!]: key });
    put(patch, path, value);
  }
  return patch as RoutingPatch;
}

/** Settings and groups that are to be as the server has them by itself. Throws `usage` for one that does not exist. */
export function withoutOf(keys: readonly string[]): RoutingPatch {
  const patch: Json = {};
  for (const key of keys) put(patch, ROUTING_GROUPS.includes(key) ? [key] : pathOf(key), null);
  return patch as RoutingPatch;
}

/** The names of a key; a provider's name may have dots in it. */
function pathOf(key: string): string[] {
  if (key.startsWith(PRIORITY) && key.length > PRIORITY.length)
    return [PRIORITY.slice(0, -1), key.slice(PRIORITY.length)];
  if ((ROUTING_KEYS as readonly string[]).includes(key)) return key.split('.');
  const near = nearest(key, [...ROUTING_KEYS, ...ROUTING_GROUPS]);
  const inGroup = ROUTING_KEYS.filter((each) => each.endsWith(`.${key}`));
  const meant = inGroup[0] ?? near;
  throw new GatewayError('usage', `There is no setting "${key}".`, {
    param: '<settings>',
    hint: `${meant ? `Did you mean ${meant}? ` : ''}\`gateway projects routing show <id>\` lists them; priorities.<provider> is for each provider.`,
  });
}

/** A number, true or false, or names: as the setting has it. What is none of them goes to the schema as it is, which says so. */
function typed(key: string, text: string): unknown {
  if (key.startsWith('auto.models.')) return text.split(',').map((name) => name.trim());
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const words: Readonly<Record<string, boolean>> = { true: true, on: true, false: false, off: false };
  return words[text] ?? text;
}

function put(into: Json, path: readonly string[], value: unknown): void {
  let at = into;
  for (const name of path.slice(0, -1)) {
    at[name] ??= {};
    at = at[name] as Json;
  }
  at[path.at(-1)!] = value;
}

function notAssigned(text: string): GatewayError {
  return new GatewayError('usage', `"${text}" sets nothing.`, {
    param: '<settings>',
    hint: 'Write <setting>=<value>, such as weights.price=0.8 or priorities.openai=0; =default takes one back.',
  });
}
