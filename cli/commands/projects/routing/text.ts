import type { ProjectRouting } from '../../../../shared/contracts/project-routing.ts';
import type { Paint } from '../../../paint.ts';
import { PRIORITY, ROUTING_KEYS } from '../../../routing-keys.ts';
import { table } from '../../../table.ts';

/** The JSON of it, as `--help` shows it. */
export const ONE_ROUTING =
  '{"project":"prj_1a2b","name":"web","overrides":{"weights":{"price":0.8}},"effective":{"weights":{"price":0.8,"uptime":0.5, …}, …},"defaults":{"weights":{"price":0.6, …}, …}}';

/** Every setting with what holds; what the project itself wants stands out, with the default beside it. */
export function routingTable(routing: ProjectRouting, paint: Paint, width: number | undefined): Promise<string> {
  const priorities = Object.keys(routing.effective.priorities).map((provider) => `${PRIORITY}${provider}`);
  const rows = [...ROUTING_KEYS, ...priorities].map((key) => {
    const own = valueAt(routing.overrides, key) !== undefined;
    const value = shown(valueAt(routing.effective, key));
    const standard = key.startsWith(PRIORITY) ? '1' : shown(valueAt(routing.defaults, key));
    return [own ? paint.bold(key) : key, own ? paint.bold(value) : value, own ? standard : paint.dim('default')];
  });
  return table(paint, width, [{ title: 'setting' }, { title: 'value', wrap: true }, { title: 'default' }], rows);
}

function valueAt(groups: object, key: string): unknown {
  const path = key.startsWith(PRIORITY) ? ['priorities', key.slice(PRIORITY.length)] : key.split('.');
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], groups);
}

/** What the server decides by itself has no value here. */
function shown(value: unknown): string {
  if (value === undefined) return '-';
  return Array.isArray(value) ? value.join(', ') : String(value as number | boolean);
}
