/**
 * The write-ahead file of requests that are settled but not yet in the store. A record is here before the caller is told
 * what the request cost, so a process that is killed at any moment loses nothing that was told. One line a record; a
 * torn last line was never told to anybody and is passed over.
 */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { lockFolder } from '../store/lock.ts';
import type { UsageRecord } from './record.ts';

export interface Journal {
  /** The files that an earlier process left, oldest first. */
  readonly leftovers: readonly string[];
  /** The records in a file. */
  read(file: string): UsageRecord[];
  /** Appends a line. Returns only when the operating system has it. */
  append(line: string): void;
  /** Starts a new file. Returns the one before, which may be removed once its records are in the store; undefined when it is empty. */
  rotate(): string | undefined;
  remove(file: string): void;
  /** Keeps a record that the store refuses, for a person to look at. */
  setAside(record: UsageRecord): void;
  close(): Promise<void>;
}

const MAX_SLOTS = 64;
const SUFFIX = '.jsonl';

/**
 * Opens a journal folder of this process' own below `<dataDir>/journal`: the first that no live process holds, so that
 * what a killed one left behind is found again.
 */
export async function openJournal(dataDir: string): Promise<Journal> {
  for (let slot = 0; slot < MAX_SLOTS; slot++) {
    const folder = join(dataDir, 'journal', String(slot));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unlock = await lockFolder(folder, 'journal');
    if (!unlock) continue;
    await adopt(dataDir, slot);
    return journalIn(folder, unlock);
  }
  throw new GatewayError('data_dir_in_use', `${MAX_SLOTS} gateway processes already use ${dataDir}.`);
}

/** Takes over what processes that are gone left in the other slots: nobody else may ever start there again. */
async function adopt(dataDir: string, mine: number): Promise<void> {
  const root = join(dataDir, 'journal');
  for (const name of readdirSync(root)) {
    if (name === String(mine) || !/^\d+$/.test(name)) continue;
    const unlock = await lockFolder(join(root, name), 'journal');
    if (!unlock) continue;
    for (const file of readdirSync(join(root, name))) {
      if (!file.endsWith(SUFFIX)) continue;
      const sequence = file.slice(0, -SUFFIX.length);
      renameSync(
        join(root, name, file),
        join(root, String(mine), `${sequence}.from-${name}-${Date.now().toString(36)}${SUFFIX}`),
      );
    }
    await unlock();
  }
}

function journalIn(folder: string, unlock: () => Promise<void>): Journal {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .sort();
  let sequence = files.length > 0 ? Number.parseInt(files.at(-1)!, 10) : 0;
  let current = '';
  let descriptor = -1;
  let written = 0;
  let torn = false;

  /** Opens the next file before it lets go of the last: when that fails, all is as it was. */
  const open = () => {
    const next = join(folder, `${String(sequence + 1).padStart(12, '0')}${SUFFIX}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const opened = openSync(next, 'a', 0o600);
    if (descriptor >= 0) closeSync(descriptor);
    sequence += 1;
    current = next;
    descriptor = opened;
    written = 0;
    torn = false;
  };
  open();

  return {
    leftovers: files.map((name) => join(folder, name)),
    read: (file) => parseLines(readFileSync(file, 'utf8')),
    append(line) {
      const bytes = Buffer.from(torn ? `\n${line}\n` : `${line}\n`);
      torn = true;
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      torn = false;
      written += bytes.length;
    },
    rotate() {
      if (written === 0) return undefined;
      const full = current;
      open();
      return full;
    },
    remove: (file) => rmSync(file, { force: true }),
    setAside: (record) =>
      appendFileSync(join(folder, 'rejected.ndjson'), `${JSON.stringify(record)}\n`, { mode: 0o600 }),
    async close() {
      closeSync(descriptor);
      if (written === 0) rmSync(current, { force: true });
      await unlock();
    },
  };
}

function parseLines(text: string): UsageRecord[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as UsageRecord];
      } catch {
        // A line torn by a full disk, followed by whole ones: it was never acknowledged.
        return [];
      }
    });
}
