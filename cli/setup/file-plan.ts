import { readFile } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import { applyChanges, type Hunk, takeBack } from '../documents/change.ts';
import { type Change, DocumentFault, type DocumentFormat } from '../documents/document.ts';
import type { FormatName } from '../documents/index.ts';
import { formats } from '../documents/index.ts';
import { sha256 } from '../dotenv/backups.ts';
import { missingFolders } from '../files/missing-folders.ts';
import { decode, inspectTarget, NEW_FILE_MODE } from '../files/target.ts';
import type { FileWiring } from '../integrations/integration.ts';
import { type FileRecord, whatHolds } from './record.ts';

/** What is to become of one file. Nothing has been changed yet. */
export interface FilePlan {
  path: string;
  format: FormatName;
  /** Behind all links; the path itself where its folder is not there yet. */
  real: string;
  /** What is there now; undefined: nothing. */
  current: Buffer | undefined;
  mode: number | null;
  /** What was there before setup first wrote it; undefined: nothing. */
  before: Buffer | undefined;
  modeBefore: number | null;
  /** Undefined: the file goes. */
  after: Buffer | undefined;
  modeAfter: number;
  wanted: readonly Change[];
  hunks: readonly Hunk[];
  folders: readonly string[];
  /** What was done to it before. */
  known: FileRecord | undefined;
}

/** True when the plan would change the bytes or the mode. */
export function changes({ current, after, mode, modeAfter }: FilePlan): boolean {
  if (!current || !after) return current !== after;
  return !current.equals(after) || mode !== modeAfter;
}

/**
 * What a file becomes: what it was before us, with the changes. A file that was wired before is first taken back in
 * memory, so that what counts as "before" stays what it was. Refuses (`unsafe_write`, `file_error`) what cannot be edited.
 */
export async function planWrite(wiring: FileWiring, recorded: FileRecord | undefined): Promise<FilePlan> {
  const { path, changes: wanted, secret = false } = wiring;
  const format = formats[wiring.format];
  const seen = await look(path);
  const record = recorded && whatHolds(recorded, seen.current);
  const before = record ? await baseOf(seen.text, seen.current, record, format, path) : seen;
  // others may have written beside what is ours since: it stays where it stands
  const stands =
    record !== undefined &&
    JSON.stringify(record.changes) === JSON.stringify(wanted) &&
    edited(format, seen.text, wanted, path).text === seen.text;
  const { text, hunks } = stands ? { text: seen.text, hunks: record.hunks } : edited(format, before.text, wanted, path);
  const after = stands ? seen.current : Buffer.from(text);
  const mode = seen.mode ?? NEW_FILE_MODE;
  return {
    path,
    format: wiring.format,
    real: seen.real,
    current: seen.current,
    mode: seen.mode,
    before: before.current,
    modeBefore: record ? record.mode : seen.mode,
    after,
    // never readable by others once the key is in it
    modeAfter: secret ? mode & 0o700 : mode,
    wanted,
    hunks,
    folders: record ? record.folders : seen.folders,
    known: record,
  };
}

/** What a file becomes without us. Refuses with `unsafe_write` where somebody has changed what is ours, unless forced. */
export async function planTakeBack(recorded: FileRecord, force: boolean): Promise<FilePlan> {
  const { path } = recorded;
  const seen = await look(path);
  const record = whatHolds(recorded, seen.current);
  const format = formats[record.format];
  const back = await backFrom(seen.text, seen.current, record, format, path, force);
  return {
    path,
    format: record.format,
    real: seen.real,
    current: seen.current,
    mode: seen.mode,
    before: back,
    modeBefore: record.mode,
    after: back,
    modeAfter: record.mode ?? NEW_FILE_MODE,
    wanted: [],
    hunks: [],
    folders: record.folders,
    known: record,
  };
}

interface Seen {
  real: string;
  current: Buffer | undefined;
  text: string;
  mode: number | null;
  folders: string[];
}

async function look(path: string): Promise<Seen> {
  const folders = missingFolders(path);
  if (folders.length > 0) return { real: path, current: undefined, text: '', mode: null, folders };
  const { real, bytes, text, mode } = await inspectTarget(path, false);
  return { real, current: bytes, text, mode: bytes ? mode : null, folders };
}

/** The file as it was before us, for a new edit: whatever became of our part since is ours to replace. */
async function baseOf(
  text: string,
  current: Buffer | undefined,
  record: FileRecord,
  format: DocumentFormat,
  path: string,
): Promise<{ current: Buffer | undefined; text: string }> {
  const back = await backFrom(text, current, record, format, path, true);
  return { current: back, text: back ? decode(back, path) : '' };
}

async function backFrom(
  text: string,
  current: Buffer | undefined,
  record: FileRecord,
  format: DocumentFormat,
  path: string,
  force: boolean,
): Promise<Buffer | undefined> {
  // removed since, or never written
  if (!current || sha256(current) === record.sha256_before) return current;
  if (sha256(current) === record.sha256_after) return backupOf(record);
  const values = record.changes.map(({ value }) => value);
  const back = told(path, () => takeBack(format, text, record.hunks, values, { force }));
  if ('changed' in back) {
    const places = back.changed.map((at) => at.map((step) => (typeof step === 'string' ? step : step.is)).join('.'));
    throw new GatewayError('unsafe_write', `${path} was changed where setup wrote it: ${places.join(', ')}.`, {
      hint: 'Nothing was changed. Add --force to take it back all the same, or correct the file yourself.',
    });
  }
  // a file that we made, with nothing of anybody else's in it
  return record.mode === null && isEmpty(format, back.text) ? undefined : Buffer.from(back.text);
}

function isEmpty(format: DocumentFormat, text: string): boolean {
  const data = format.read(text);
  return !/[#/]/.test(text) && typeof data === 'object' && data !== null && Object.keys(data).length === 0;
}

async function backupOf({ backup }: FileRecord): Promise<Buffer | undefined> {
  if (backup === null) return undefined;
  return readFile(backup).catch((cause: Error) => {
    throw new GatewayError('file_error', `The backup ${backup} cannot be read: ${cause.message}`, {
      hint: 'Nothing was changed.',
      cause,
    });
  });
}

function edited(format: DocumentFormat, text: string, wanted: readonly Change[], path: string) {
  return told(path, () => applyChanges(format, text, wanted));
}

/** Runs an edit; a text that cannot be read or edited is told with its place. */
function told<T>(path: string, edit: () => T): T {
  try {
    return edit();
  } catch (fault) {
    if (fault instanceof DocumentFault) throw unreadable(path, fault);
    throw fault;
  }
}

/** `file_error` for a file whose text is wrong, with the line and the column. */
export function unreadable(path: string, { message, line, column }: DocumentFault): GatewayError {
  return new GatewayError('file_error', `${path}:${line}:${column}: ${message}`, {
    hint: 'Nothing was changed. Correct the file there, then run this again.',
  });
}
