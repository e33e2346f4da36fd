import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import { DocumentFault, type Json } from '../documents/document.ts';
import { type FormatName, formats } from '../documents/index.ts';
import { unreadable } from './file-plan.ts';

/** The data of a tool's file; undefined where there is none. Throws `file_error`, with line and column for a wrong text. */
export async function readData(path: string, format: FormatName): Promise<Json | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new GatewayError('file_error', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    return formats[format].read(text) as Json;
  } catch (fault) {
    throw fault instanceof DocumentFault ? unreadable(path, fault) : fault;
  }
}
