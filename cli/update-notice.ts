import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../shared/version.ts';
import type { Context } from './context.ts';
import { isOn } from './globals.ts';
import { keepFile } from './keep-file.ts';
import { preference } from './settings.ts';
import { isWatched } from './watched.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const FILE = 'update-notice.json';

/** Says once a day that the server runs a newer version than this, to a person at a terminal. No registry is asked. */
export function tellUpdate(context: Context, seen: string): void {
  if (!isNewer(seen, VERSION) || !isWatched(context) || !isWanted(context)) return;
  if (!rememberTelling(context.configDir, seen, context.now())) return;
  context.note(`gateway ${seen} is out (this is ${VERSION}): npm install -g gateway@${seen}`);
}

/** True for a release above this one. What is no plain release number is none. */
export function isNewer(seen: string, own: string): boolean {
  const [theirs, ours] = [seen, own].map((text) =>
    /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(text)?.slice(1).map(Number),
  );
  if (!theirs || !ours) return false;
  const at = theirs.findIndex((part, index) => part !== ours[index]);
  return at >= 0 && theirs[at]! > ours[at]!;
}

function isWanted(context: Context): boolean {
  if (isOn(context.env.GATEWAY_NO_UPDATE_NOTICE) || isOn(context.env.NO_UPDATE_NOTIFIER)) return false;
  try {
    return preference(context.settings, 'update_notice').value !== false;
  } catch {
    return false; // a damaged file is told by the command that needs it
  }
}

/** True when it is time to tell it, which is written down; where nothing can be written nothing is told, or it would be each time. */
function rememberTelling(configDir: string, version: string, now: number): boolean {
  try {
    const told = JSON.parse(readFileSync(join(configDir, FILE), 'utf8')) as { version?: unknown; told_at?: unknown };
    if (told.version === version && typeof told.told_at === 'number' && Math.abs(now - told.told_at) < DAY_MS)
      return false;
  } catch {
    // never told, or nobody knows
  }
  return keepFile(configDir, FILE, `${JSON.stringify({ version, told_at: now })}\n`);
}
