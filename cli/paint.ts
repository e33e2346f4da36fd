import type { ChalkInstance, ColorSupportLevel } from 'chalk';
import { isOn } from './globals.ts';

/** Colours for text on one stream; all of them do nothing where colours are not wanted. */
export type Paint = ChalkInstance;

interface Wishes {
  env: NodeJS.ProcessEnv;
  globals: { color: boolean };
}

/** Of the 256 colours one that can be read on a dark background and on a light one. */
const DARK_YELLOW = 136;

/** 0 to 3. `--no-color`, NO_COLOR and TERM=dumb win over FORCE_COLOR; without any of them a terminal decides. */
export function colorLevel(
  { env, globals }: Wishes,
  stream: { isTTY?: boolean; getColorDepth?: (env?: object) => number },
): ColorSupportLevel {
  if (!globals.color || (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb') return 0;
  if (env.FORCE_COLOR !== undefined) {
    if (!isOn(env.FORCE_COLOR) && env.FORCE_COLOR !== '') return 0;
    const level = Number(env.FORCE_COLOR);
    return level === 2 || level === 3 ? level : 1;
  }
  if (!stream.isTTY) return 0;
  const depth = stream.getColorDepth?.(env) ?? 1;
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}

/** What chalk is at level 0, without the time to load it: a pipe has no colours. */
const PLAIN: Paint = new Proxy(String as unknown as Paint, {
  // awaited as it is, so it must not look like a promise
  get: (_target, name) => (name === 'then' ? undefined : PLAIN),
});

/** Chalk at the level that was asked for: by itself it does not obey NO_COLOR. */
export async function paintFor(wishes: Wishes, stream: NodeJS.WriteStream): Promise<Paint> {
  const level = colorLevel(wishes, stream);
  if (level === 0) return PLAIN;
  const { Chalk } = await import('chalk');
  const paint = new Chalk({ level });
  // a terminal's own yellow cannot be read on white
  if (level >= 2) Object.defineProperty(paint, 'yellow', { value: paint.ansi256(DARK_YELLOW) });
  return paint;
}
