import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CliResult, type RunningCli, startCli, tempHome } from '../../helpers/cli.ts';
import { storeLogin } from '../../helpers/credentials.ts';
import { type Answer, type FakeGateway, fakeGateway, type Seen } from '../../helpers/fake-gateway.ts';
import type { Subject } from './commands.ts';
import type { Entry } from './entries.ts';

/** Secrets that no command may print unless that is its purpose. */
export const KEY = 'sk-gw-TheKeyOfTheBatteryTheKeyOfTheBattery';
export const ACCESS = 'access-TheTokenOfTheBattery';
export const REFRESH = 'refresh-TheTokenOfTheBattery';

const NOBODY = 65_534;

/** What differs from a run that goes well. */
export interface Arrangement {
  /** What the server answers instead of the row's `routes`. */
  routes?: Readonly<Record<string, Answer>>;
  /** The server's address, when it is none of ours. */
  url?: string | (() => Promise<string>);
  /** Instead of the row's. */
  args?: readonly string[];
  /** Flags between the command's words and its arguments. */
  flags?: readonly string[];
  /** For people: without `--json`. */
  text?: boolean;
  /** The whole command line, from its words and its arguments. */
  line?: (path: readonly string[], args: readonly string[]) => readonly string[];
  auth?: Entry['auth'];
  env?: Readonly<Record<string, string | undefined>>;
  /** Changes HOME before the start. */
  prepare?: (home: string) => void;
  /** Runs it without the rights of root, whom no mode stops, with a HOME that belongs to that user. */
  plainUser?: boolean;
  /** A pseudo-terminal is stdin, stdout and stderr: `stdout` of the outcome is what it showed. */
  terminal?: boolean;
  /** Puts something before the command line. */
  wrap?: (command: readonly string[]) => readonly string[];
  /** While it runs. */
  during?: (running: RunningCli, fake: FakeGateway | undefined) => void | Promise<void>;
}

/** What came of it. */
export interface Outcome extends CliResult {
  how: Arrangement;
  seen: readonly Seen[];
  home: string;
  tookMs: number;
}

/** Runs a command of the battery in a HOME of its own. */
export async function perform({ path, entry }: Subject, how: Arrangement): Promise<Outcome> {
  const fake = how.url === undefined ? await fakeGateway(how.routes ?? entry.routes ?? {}) : undefined;
  const url = fake?.url ?? (typeof how.url === 'string' ? how.url : await how.url!());
  const home = tempHome();
  const auth = how.auth ?? entry.auth;
  furnish(home, entry, url, auth);
  how.prepare?.(home);
  if (how.plainUser) giveAway(home);
  const env = {
    GATEWAY_API_URL: url,
    GATEWAY_API_KEY: auth === 'key' ? KEY : undefined,
    ...inHome(entry.env, home),
    ...inHome(how.env, home),
  };
  const own = how.args ?? entry.args ?? [];
  const args = how.line?.(path, own) ?? [...path, ...(how.text ? [] : ['--json']), ...(how.flags ?? []), ...own];
  const startedAt = performance.now();
  const running = startCli(args, {
    home,
    env,
    // a terminal stays open
    stdin: how.terminal ? null : (entry.stdin ?? ''),
    uid: how.plainUser && isRoot() ? NOBODY : undefined,
    wrap: how.terminal ? inTerminal : how.wrap,
  });
  await how.during?.(running, fake);
  const result = await running.done;
  const tookMs = performance.now() - startedAt;
  await fake?.close();
  const stdout = how.terminal ? result.stdout.replaceAll('\r\n', '\n') : result.stdout;
  return { ...result, stdout, how, seen: fake?.seen ?? [], home, tookMs };
}

/** `{home}` in a variable is the HOME of this run. */
export function inHome(
  env: Readonly<Record<string, string | undefined>> = {},
  home: string,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replaceAll('{home}', home)]));
}

/** The command line on a pseudo-terminal. */
function inTerminal(command: readonly string[]): readonly string[] {
  return ['script', '-qec', command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' '), '/dev/null'];
}

/** Puts into HOME what an entry says is there. */
export function furnish(home: string, { files = {} }: Entry, url: string, auth: Entry['auth']): void {
  if (auth === 'login') storeLogin(home, url, { access_token: ACCESS, refresh_token: REFRESH });
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    const mode = name.startsWith('bin/') ? 0o700 : 0o600;
    writeFileSync(path, text.replaceAll('{url}', url).replaceAll('{key}', KEY), { mode });
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Everything in HOME belongs to the plain user. */
function giveAway(path: string): void {
  const stat = lstatSync(path);
  if (isRoot()) chownSync(path, NOBODY, NOBODY);
  if (!stat.isDirectory()) return;
  const mode = stat.mode & 0o777;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) giveAway(join(path, name));
  chmodSync(path, mode);
}

/** Makes every folder of HOME read-only, or writable again. */
export function setWritable(folder: string, writable: boolean): void {
  chmodSync(folder, 0o700);
  for (const found of readdirSync(folder, { withFileTypes: true }))
    if (found.isDirectory()) setWritable(join(folder, found.name), writable);
  chmodSync(folder, writable ? 0o700 : 0o500);
}
