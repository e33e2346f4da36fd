import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decode, followLinks } from '../files/target.ts';
import { gitState } from './git.ts';
import { readAll } from './readers.ts';
import { scanAssignments } from './scan.ts';
import { type Family, familiesIn, masked, type Variables, variablesFor } from './variables.ts';

export interface Check {
  name: string;
  status: 'pass' | 'warn' | 'fail';
  message: string;
  /** What to run or do; null when all is well. */
  fix: string | null;
}

export interface CheckRequest {
  /** Absolute. */
  file: string;
  apiUrl: string;
  /** The key in use; undefined when there is none. */
  key: string | undefined;
  /** Undefined: those that the file is for. */
  families: Family[] | undefined;
  /** The shell's variables, which most programs prefer to the file's. */
  env: NodeJS.ProcessEnv;
}

/** Looks at an env file as the programs that will read it do. Changes nothing. A file that is not there is a failed check. */
export async function checkEnvFile({ file, apiUrl, key, families, env }: CheckRequest): Promise<Check[]> {
  const write = `gateway env write ${quoted(file)}`;
  const real = await followLinks(file);
  const bytes = await readFile(real).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) {
    const message = bytes.code === 'ENOENT' ? 'There is no such file.' : `It cannot be read: ${bytes.message}`;
    return [{ name: 'file', status: 'fail', message, fix: write }];
  }
  const text = decode(bytes, file);
  const readers = Object.entries(readAll(text));
  const read = readers[0]![1];
  const wanted = variablesFor({ apiUrl, key: key ?? 'none' }, families ?? familiesIn(read, apiUrl));
  const names = Object.keys(wanted);
  return [
    pass('file', 'It can be read.'),
    key
      ? pass('key', 'There is a key to compare with.')
      : fail('key', 'There is no API key in use here to compare with.', 'gateway keys create --name myapp'),
    ...names
      .filter((name) => key !== undefined || name.endsWith('_URL'))
      .map((name) => agrees(name, read[name], wanted[name]!, write)),
    sameForAll(readers, text, names, write),
    ...names.map((name) => shadowed(name, read[name], env[name])),
    await permissions(real),
    await ignored(real, env, write),
  ];
}

const pass = (name: string, message: string): Check => ({ name, status: 'pass', message, fix: null });
const warn = (name: string, message: string, fix: string): Check => ({ name, status: 'warn', message, fix });
const fail = (name: string, message: string, fix: string): Check => ({ name, status: 'fail', message, fix });

/** A path as a shell takes it. */
const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);

function agrees(name: string, found: string | undefined, wanted: string, write: string): Check {
  if (found === undefined) return fail(name, 'It is missing.', write);
  if (found === wanted) return pass(name, `It is ${masked(name, wanted)}, as in use here.`);
  return fail(name, `It is ${masked(name, found)}; in use here is ${masked(name, wanted)}.`, write);
}

function sameForAll(readers: [string, Variables][], text: string, names: string[], write: string): Check {
  const [[first, one], ...rest] = readers as [[string, Variables], ...[string, Variables][]];
  for (const [reader, other] of rest) {
    const differs = names.find((name) => one[name] !== other[name]);
    if (differs) return fail('readers', `${first} and ${reader} read ${differs} differently.`, write);
  }
  const ours = scanAssignments(text).filter(({ name }) => names.includes(name));
  const twice = ours.find(({ name, value }) => ours.some((other) => other.name === name && other.value !== value));
  if (twice) return fail('readers', `${twice.name} is set more than once, to different values.`, write);
  return pass('readers', `${readers.map(([reader]) => reader).join(' and ')} read the same.`);
}

function shadowed(name: string, found: string | undefined, shell: string | undefined): Check {
  if (shell === undefined || found === undefined || shell === found)
    return pass(`shell ${name}`, 'No other value in the shell.');
  return warn(
    `shell ${name}`,
    `The shell sets it to ${masked(name, shell)}, which most programs prefer to the file's.`,
    `unset ${name}`,
  );
}

async function permissions(real: string): Promise<Check> {
  const { mode } = await stat(real);
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  if ((mode & 0o077) === 0) return pass('permissions', `Only its owner may read it (${bits}).`);
  return warn(
    'permissions',
    `Other users of this machine may read or change it (${bits}).`,
    `chmod 600 ${quoted(real)}`,
  );
}

async function ignored(real: string, env: NodeJS.ProcessEnv, write: string): Promise<Check> {
  const state = await gitState(real, env).catch((error: Error) => error);
  if (state instanceof Error) return warn('git', state.message, `git -C ${quoted(dirname(real))} status`);
  if (!state.inside) return pass('git', 'It is in no git work tree.');
  if (state.tracked)
    return fail('git', 'git tracks it: a key in it is committed with it.', `git rm --cached ${quoted(real)}`);
  return state.ignored
    ? pass('git', 'git ignores it.')
    : fail('git', 'git does not ignore it: the next `git add .` takes the key along.', write);
}
