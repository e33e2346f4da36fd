import { existsSync } from 'node:fs';
import { GatewayError } from '../../../shared/errors.ts';
import type { Context } from '../../context.ts';
import { choiceHint } from '../../nearest.ts';
import { PREFERENCES, type PreferenceRow, preferenceRow } from '../../preference-table.ts';
import { type PreferenceFile, userFile } from '../../preferences.ts';
import { projectFiles } from '../../settings.ts';

/** What sounds like a secret: it belongs into the credentials, never into a file of preferences. */
const SECRET_NAME = /key|token|secret|password|passwd/i;
const SECRET_VALUE = /^(sk|pk|ghp|xox[a-z])-|^eyJ/;

/** The row of a name that a person typed. Throws `usage` with the nearest name, or the way to store a secret. */
export function namedPreference(name: string): PreferenceRow {
  const row = preferenceRow(name.replaceAll('-', '_'));
  if (row) return row;
  if (SECRET_NAME.test(name)) throw noSecrets(`"${name}" sounds like a secret: preferences hold none.`, '<name>');
  const names = PREFERENCES.map((each) => each.name);
  throw new GatewayError('usage', `There is no preference "${name}".`, {
    param: '<name>',
    hint: choiceHint(name, names),
    next: [{ command: 'gateway config list', when: 'to see the preferences' }],
  });
}

/** Throws for what looks like a key, without repeating it. */
export function refuseSecret(value: string): void {
  if (SECRET_VALUE.test(value)) throw noSecrets('The value looks like a secret: preferences hold none.', '<value>');
}

function noSecrets(message: string, param: string): GatewayError {
  return new GatewayError('usage', message, {
    param,
    hint: 'Store a key with `gateway login --with-key -`, which reads it from stdin, or set GATEWAY_API_KEY.',
    next: [{ command: 'gateway login --with-key -', when: 'to store an API key, read from stdin' }],
  });
}

/** The file of a scope: the user's, or the project's here or above, or a new one here. */
export function fileOf(context: Context, scope: 'user' | 'project'): PreferenceFile {
  if (scope === 'user') return userFile(context.configDir);
  const places = projectFiles(context.cwd);
  return { path: places.find((place) => existsSync(place)) ?? places[0]!, scope };
}
