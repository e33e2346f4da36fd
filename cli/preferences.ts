import { GatewayError } from '../shared/errors.ts';

/** What a person chose for good, in `config.json`. `settings.ts` reads it without this library, which is slow to load. */
interface Preferences {
  profile?: string;
}

/** Writes one preference; undefined takes it back. */
export async function setPreference(
  configDir: string,
  name: keyof Preferences,
  value: string | undefined,
): Promise<void> {
  const { default: Conf } = await import('conf');
  try {
    // by itself it writes files that everybody may read
    const preferences = new Conf<Preferences>({ cwd: configDir, configName: 'config', configFileMode: 0o600 });
    if (value === undefined) preferences.delete(name);
    else preferences.set(name, value);
  } catch (cause) {
    throw new GatewayError(
      'file_error',
      `The preferences in ${configDir} cannot be written (${(cause as NodeJS.ErrnoException).code ?? (cause as Error).message}).`,
      { cause },
    );
  }
}
