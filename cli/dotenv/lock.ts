import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { takeLock, type Waiting } from '../take-lock.ts';

const STALE_MS = 10_000;

/**
 * Runs a step while no other `gateway` writes env files in the same folder (one lock a folder, as the files in it share
 * a .gitignore). The lock lives in the CLI's own folder: nothing appears next to the file.
 */
export async function withFolderLock<T>(
  place: Waiting & { configDir: string },
  folder: string,
  step: () => Promise<T>,
): Promise<T> {
  const locks = join(place.configDir, 'env', 'locks');
  const lockfilePath = join(locks, createHash('sha256').update(folder).digest('hex').slice(0, 24));
  await prepare(locks);
  const release = await takeLock(place, folder, { lockfilePath, realpath: false, stale: STALE_MS });
  try {
    return await step();
  } finally {
    await release();
  }
}

async function prepare(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GatewayError('file_error', `The folder ${folder} cannot be made: ${(cause as Error).message}`, {
      hint: 'Nothing was written: backups have no place to go. Set GATEWAY_CONFIG_DIR to a folder that you may write to.',
      cause,
    });
  }
}
