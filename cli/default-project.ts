import type { Context } from './context.ts';
import { readCredentials } from './credentials.ts';
import { chosenProject } from './preference-table.ts';
import { preference } from './settings.ts';

/**
 * The project that a command is about: the flag's, else the one that `gateway projects use` or a config file chose. One
 * that was chosen in another organisation than the person acts in now is told and not used. An API key belongs to a project
 * already, so with one only the flag counts.
 */
export async function defaultProject(context: Context, flag?: string): Promise<string | undefined> {
  if (flag !== undefined || isByKey(context)) return flag;
  const { settings } = context;
  const { value, source } = preference(settings, 'project');
  if (value === null) return undefined;
  const chosen = source === 'user' ? chosenProject(settings.files.user?.values.project) : undefined;
  if (chosen === undefined || chosen.organization === (await organizationInForce(context))) return String(value);
  context.warn(
    `The project ${value} is in another organisation than you act in now, and is not used. \`gateway projects use <id>\` chooses one here.`,
  );
  return undefined;
}

/** The project that a key is made in or looked for: with a key above it, that one's. */
export async function projectForKey(
  context: Context,
  { project, parent }: { project?: string; parent?: string },
): Promise<string | undefined> {
  return parent === undefined ? defaultProject(context, project) : project;
}

/** The id of the organisation that the person acts in: only the server knows, as any device may change it. */
export async function organizationInForce(context: Context): Promise<string> {
  const { showOrganization } = await import('../shared/contracts/organizations.ts');
  return (await context.call(showOrganization, { params: { id: 'current' } })).id;
}

function isByKey({ env, settings: { configDir, profile } }: Context): boolean {
  return Boolean(env.GATEWAY_API_KEY) || readCredentials(configDir).profiles[profile]?.type === 'api_key';
}
