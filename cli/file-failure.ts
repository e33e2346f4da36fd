import { GatewayError } from '../shared/errors.ts';

/** What the system says of a file, or of stdout, in words. */
const MEANINGS: Record<string, string> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'your quota of space is used up',
  EFBIG: 'it may not become that large',
  EROFS: 'it can only be read',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EIO: 'the device failed',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

const VERBS: Record<string, string> = {
  write: 'written',
  open: 'opened',
  read: 'read',
  mkdir: 'made',
  rename: 'replaced',
};

/** A failure of the file system that no command has told in its own words: of a file, or of what stdout goes to. */
export function fileFailure(error: unknown): GatewayError | undefined {
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') {
    return new GatewayError('file_error', 'The reader of stdout went away before everything was written.', {
      cause: error,
      hint: 'Read stdout to its end.',
    });
  }
  const meaning = MEANINGS[code];
  if (meaning === undefined || syscall === undefined) return undefined;
  const what = path ?? (syscall === 'write' ? 'The output' : 'A file');
  return new GatewayError('file_error', `${what} could not be ${VERBS[syscall] ?? 'used'}: ${meaning} (${code}).`, {
    cause: error,
  });
}
