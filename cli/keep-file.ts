import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Keeps something that is worth no failure: for the user alone, written aside and renamed, so that nobody reads half of it.
 * False where nothing can be written.
 */
export function keepFile(folder: string, name: string, text: string): boolean {
  const path = join(folder, name);
  const fresh = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, path);
    return true;
  } catch {
    remove(fresh);
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // it was never there, or it stays
  }
}
