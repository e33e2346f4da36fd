import type { Context } from '../../context.ts';
import type { PreferenceRow, PreferenceValue } from '../../preference-table.ts';
import { preference, type Source } from '../../settings.ts';

/** A preference as it is in force for a command like this one. */
export interface Effective {
  name: string;
  value: PreferenceValue | null;
  source: Source;
}

/** What holds now, and who said so. */
export function effective(context: Context, { name, variable, parse }: PreferenceRow): Effective {
  if (name === 'timeout' && context.globals.timeoutGiven)
    return { name, value: context.globals.timeoutMs / 1000, source: 'flag' };
  const said = variable && context.env[variable];
  const value = said ? parse(said) : undefined;
  // a wrong one is told by the command that goes by it
  if (value !== undefined && typeof value !== 'object' && name !== 'api_url' && name !== 'profile')
    return { name, value, source: 'environment' };
  return { name, ...preference(context.settings, name) };
}

/** The schema of a value and its source. */
export async function effectiveSchema() {
  const { z } = await import('zod');
  return z.object({
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    source: z.enum(['flag', 'environment', 'project', 'login', 'user', 'default']),
  });
}
