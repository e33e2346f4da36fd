import { mkdir, rmdir } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { takeLock } from '../take-lock.ts';
import { setupFolder } from './record.ts';

/** One `setup` at a time: two would each keep the other's bytes as those from before. */
export async function locked<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const folder = setupFolder(context.configDir);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new GatewayError('file_error', `The folder ${folder} cannot be made: ${cause.message}`, {
      hint: 'Nothing was changed. Set GATEWAY_CONFIG_DIR to a folder that you may write to.',
      cause,
    });
  });
  const release = await takeLock(context, folder, { stale: 10_000, lockfilePath: `${folder}.lock`, realpath: false });
  try {
    return await work();
  } finally {
    await release();
    // gone again when nothing of any tool is kept
    await rmdir(folder).catch(() => {});
  }
}
