import type { Context } from './context.ts';
import { preference } from './settings.ts';

/**
 * The project that a command is about: the flag's, else the one that `gateway projects use` or a project's config chose.
 * An API key belongs to a project already, so with one only the flag counts.
 */
export function defaultProject(context: Context, flag?: string): string | undefined {
  if (flag !== undefined || context.env.GATEWAY_API_KEY) return flag;
  const { value } = preference(context.settings, 'project');
  return value === null ? undefined : String(value);
}

/** The project that a key is made in or looked for: with a key above it, that one's. */
export function projectForKey(
  context: Context,
  { project, parent }: { project?: string; parent?: string },
): string | undefined {
  return parent === undefined ? defaultProject(context, project) : project;
}
