import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { authFacts } from '../auth-facts.ts';
import type { Context } from '../context.ts';
import { credentialsFile } from '../credentials.ts';
import { nearest } from '../nearest.ts';
import { PREFERENCES } from '../preference-table.ts';
import { preference, type Settings } from '../settings.ts';
import { type Check, failed, pass, warn } from './check.ts';
import type { Examination } from './examination.ts';

/** Can the config files be read, and does everything in them make sense? */
export function checkConfig(known: Examination): Check[] {
  const { context } = known;
  try {
    const { settings } = context;
    for (const { name } of PREFERENCES) preference(settings, name);
    known.configured = true;
    const unknown = unknownName(settings);
    if (unknown) return [warn('config', unknown, null)];
    return [pass('config', `Commands go to ${settings.apiUrl} (${SAID[settings.apiUrlSource]}).`)];
  } catch (error) {
    return [failed('config', error)];
  }
}

const SAID: Record<Settings['apiUrlSource'], string> = {
  flag: '--api-url',
  environment: 'GATEWAY_API_URL',
  project: 'said by .gateway.json',
  login: 'where you signed in',
  user: 'said by config.json',
  default: 'the default',
};

function unknownName({ files }: Settings): string | undefined {
  const names = PREFERENCES.map(({ name }) => name);
  const name = Object.keys(files.user?.values ?? {}).find((each) => !names.includes(each));
  if (name === undefined) return undefined;
  const near = nearest(name, names);
  return `${files.user!.path} says "${name}", which is no preference${near ? `. Is it ${near}?` : '.'}`;
}

/** A file or folder that others may look into, and the mode that it should have. */
export interface Loose {
  path: string;
  mode: number;
  found: number;
}

/** What in the CLI's folder is open to others. A folder named by GATEWAY_CONFIG_DIR may hold other things: its mode is not ours. */
export function looseModes({ configDir }: Context): Loose[] {
  if (process.platform === 'win32') return [];
  const places = [
    ...(basename(configDir) === '.gateway' ? [{ path: configDir, mode: 0o700 }] : []),
    { path: credentialsFile(configDir), mode: 0o600 },
    { path: join(configDir, 'config.json'), mode: 0o600 },
  ];
  return places.flatMap(({ path, mode }) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (found.mode & 0o077) !== 0 ? [{ path, mode, found: found.mode & 0o777 }] : [];
  });
}

/** Are the credentials their owner's alone? */
export function checkPermissions({ context }: Examination): Check[] {
  const loose = looseModes(context);
  if (loose.length === 0) return [pass('permissions', `What is in ${context.configDir} is yours alone.`)];
  const told = loose.map(({ path, found }) => `${path} (0${found.toString(8)})`).join(', ');
  return [warn('permissions', `Other users of this machine may look into ${told}.`, 'gateway doctor --fix')];
}

/** Does a variable go before what is stored? */
export function checkVariables({ context, configured }: Examination): Check[] {
  if (!configured) return [];
  try {
    const { warnings } = authFacts(context);
    return warnings.length === 0
      ? [pass('variables', 'No variable hides a stored value.')]
      : [warn('variables', warnings.join(' '), null)];
  } catch (error) {
    if (error instanceof GatewayError) return []; // told by the credential's own check
    throw error;
  }
}
