import { join, resolve } from 'node:path';
import type { Surroundings } from './integration.ts';

/** A tool's own folder: where a variable of its says, else in HOME. */
export function ownFolder({ env, cwd, home }: Surroundings, variable: string | undefined, folder: string): string {
  const moved = variable && env[variable];
  return moved ? resolve(cwd, moved) : join(home, folder);
}

/** A tool's folder below `~/.config`, or below where XDG_CONFIG_HOME says. */
export function configFolder({ env, cwd, home }: Surroundings, name: string): string {
  return join(env.XDG_CONFIG_HOME ? resolve(cwd, env.XDG_CONFIG_HOME) : join(home, '.config'), name);
}
