import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepFile } from '../keep-file.ts';
import type { Candidate } from './answer.ts';

const FILE = 'completion-cache.json';
/** So many lists are kept, the newest. */
const MOST = 24;

/** Which list: of what, of which server, for whom. */
export interface Place {
  configDir: string;
  server: string;
  /** Whose list it is; only its hash is written. */
  token: string;
  kind: string;
}

/** A list as the server gave it, and when it was asked. Ids and names, nothing secret. */
export interface Kept {
  asked_at: number;
  /** It did not answer; the values are those of the time before. */
  failed: boolean;
  values: Candidate[] | null;
}

/** The kept list; undefined when there is none. */
export function cached(place: Place): Kept | undefined {
  return read(place.configDir)[nameOf(place)];
}

/** Keeps a list, if it can be kept. */
export function remember(place: Place, kept: Kept): void {
  const entries = Object.entries({ ...read(place.configDir), [nameOf(place)]: kept })
    .sort(([, a], [, b]) => b.asked_at - a.asked_at)
    .slice(0, MOST);
  // without it the server is asked again
  keepFile(place.configDir, FILE, JSON.stringify(Object.fromEntries(entries)));
}

function nameOf({ server, token, kind }: Place): string {
  const whose = createHash('sha256').update(`${server}\n${token}`).digest('hex').slice(0, 16);
  return `${kind} ${whose}`;
}

function read(configDir: string): Record<string, Kept> {
  try {
    const value = JSON.parse(readFileSync(join(configDir, FILE), 'utf8')) as Record<string, Kept>;
    return Object.fromEntries(Object.entries(value).filter(([, kept]) => isKept(kept)));
  } catch {
    return {};
  }
}

function isKept(kept: Partial<Kept> | null): kept is Kept {
  if (kept === null || typeof kept !== 'object' || !Number.isFinite(kept.asked_at)) return false;
  const { values } = kept;
  const isText = (each: Partial<Candidate> | null) => typeof each?.value === 'string' && typeof each.about === 'string';
  return values === null || (Array.isArray(values) && values.every(isText));
}
