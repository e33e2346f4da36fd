import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { replaceFile } from '../files/replace.ts';
import type { Place } from './agents.ts';
import type { Seen, Step } from './plan.ts';

/** Reads what is at each place. */
export function look(places: readonly Place[]): Promise<Seen[]> {
  return Promise.all(places.map(async (place) => ({ ...place, content: await contentOf(place.path) })));
}

/** Does what was planned. Agents that share a folder share the file. */
export async function apply(steps: readonly Step[], text: string): Promise<void> {
  for (const status of ['installed', 'removed'] as const) {
    const paths = new Set(steps.filter((step) => step.status === status).map(({ path }) => path));
    for (const path of paths) await (status === 'installed' ? write(path, text) : remove(path));
  }
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(path, 'read', cause);
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw fileError(path, 'written', cause);
  }
  await replaceFile(path, Buffer.from(text));
}

/** The skill's own folder goes with it, unless something else is in there. */
async function remove(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (cause) {
    throw fileError(path, 'removed', cause);
  }
  await rmdir(dirname(path)).catch(() => {});
}

function fileError(path: string, done: string, cause: unknown): GatewayError {
  return new GatewayError('file_error', `${path} could not be ${done}: ${(cause as Error).message}`, { cause });
}
