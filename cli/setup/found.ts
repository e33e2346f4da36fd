import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Integration, Surroundings } from '../integrations/integration.ts';

/** True when the tool seems to be here: one of its folders, or its program in PATH. */
export function isFound(integration: Integration, at: Surroundings): boolean {
  if (integration.homes(at).some((folder) => existsSync(folder))) return true;
  return integration.program !== undefined && programPath(integration.program.name, at) !== undefined;
}

/** Where PATH has a program; undefined where it does not. */
export function programPath(
  name: string,
  { env, platform }: Pick<Surroundings, 'env' | 'platform'>,
): string | undefined {
  const endings = platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean))
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isProgram(path)) return path;
    }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
