import type { Context } from '../../context.ts';
import { readUsableCredentials } from '../../credentials.ts';
import type { PreferenceRow } from '../../preference-table.ts';
import { findProject, readSettings } from '../../settings.ts';
import type { Scope } from './scope.ts';

/** What goes before a preference that was just written, so that the change is not felt here. */
export function shadowOf(context: Context, row: PreferenceRow, scope: Scope): string[] {
  try {
    return shadows(context, row, scope);
  } catch {
    return []; // another file is damaged: the commands that need it say so
  }
}

function shadows({ env, cwd, configDir, globals }: Context, row: PreferenceRow, scope: Scope): string[] {
  const found: string[] = [];
  if (row.variable && env[row.variable])
    found.push(`${row.variable} is set: it goes before this. Unset it to use the preference.`);
  const project = scope === 'user' ? findProject(cwd) : undefined;
  if (project?.values[row.name] !== undefined && row.inProject) found.push(`${project.path} goes before this here.`);
  if (row.name === 'api_url' && scope === 'user') {
    const { profile } = readSettings({ env, cwd, globals, warn: () => {} });
    const login = readUsableCredentials(configDir, () => {}).profiles[profile];
    if (login)
      found.push(
        `The profile "${profile}" is signed in to ${login.api_url}, which goes before this. Run \`gateway logout\` to leave it.`,
      );
  }
  return found;
}
