import { rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { GatewayError } from '../../shared/errors.ts';

/** Replaces a file at once, keeping the mode and owner of the one that is there; a new file gets `mode`. */
export async function replaceFile(file: string, bytes: Buffer, mode?: number): Promise<void> {
  try {
    await writeFileAtomic(file, bytes, mode === undefined ? {} : { mode });
  } catch (cause) {
    throw new GatewayError('file_error', `${file} could not be written: ${(cause as Error).message}`, {
      hint: 'The file is as it was.',
      cause,
    });
  }
}

/** Puts back what was there: the bytes, or no file at all. */
export async function restoreFile(file: string, bytes: Buffer | undefined, mode?: number): Promise<void> {
  if (bytes) await replaceFile(file, bytes, mode);
  else await rm(file, { force: true });
}
