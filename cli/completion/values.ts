import { readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readUsableCredentials } from '../credentials.ts';
import { childrenOf, nameOf } from '../tree.ts';
import type { Candidate } from './answer.ts';
import { liveValues } from './live-values.ts';
import type { Kind } from './value-kinds.ts';

/** What a shell takes as one word without quotes; a name that needs them is not offered. */
const PLAIN = /^[A-Za-z0-9_][\w.:/@+~-]*$/;
const MOST = 500;

/** The values of a kind that could stand where `typed` does, behind the arguments before it. */
export async function valuesOf(
  context: Context,
  kind: Exclude<Kind, 'file'>,
  typed: string,
  before: readonly string[],
): Promise<Candidate[]> {
  if (typeof kind !== 'string') return kind.map((value) => ({ value, about: '' }));
  if (kind === 'profile') return profiles(context);
  if (kind === 'command')
    return childrenOf(before.join(' ')).map((row) => ({ value: nameOf(row), about: row.summary }));
  if (kind === 'preference') return preferences();
  if (kind === 'topic') return topics();
  if (kind === 'tool' || kind === 'agent') return tools(kind);
  if (kind === 'source') return typed.startsWith('@') ? filesBehindAt(context, typed) : SOURCES;
  if (kind === 'models') return listOf(plain(await liveValues(context, 'model')), typed);
  if (kind === 'providers') return listOf(providers(plain(await liveValues(context, 'model'))), typed);
  return plain(await liveValues(context, kind));
}

const SOURCES: Candidate[] = [
  { value: '-', about: 'from stdin' },
  { value: '@', about: 'from a file: @path' },
];

function plain(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ value }) => PLAIN.test(value)).slice(0, MOST);
}

/** Values behind commas: those before the last comma stay. */
function listOf(candidates: readonly Candidate[], typed: string): Candidate[] {
  const start = typed.slice(0, typed.lastIndexOf(',') + 1);
  const named = new Set(start.split(','));
  return candidates
    .filter(({ value }) => !named.has(value))
    .map(({ value, about }) => ({ value: start + value, about }));
}

function profiles(context: Context): Candidate[] {
  const { profiles: stored } = readUsableCredentials(context.configDir, () => {});
  return plain(
    Object.entries(stored).map(([value, { api_url, user }]) => ({
      value,
      about: `${user.email ?? user.display_name}, ${api_url}`,
    })),
  );
}

/** Agents are the tools that `launch` can run. */
async function tools(kind: 'tool' | 'agent'): Promise<Candidate[]> {
  const { INTEGRATIONS } = await import('../integrations/index.ts');
  return INTEGRATIONS.filter(({ launch }) => kind === 'tool' || launch).map(({ name, title }) => ({
    value: name,
    about: title,
  }));
}

async function preferences(): Promise<Candidate[]> {
  const { PREFERENCES } = await import('../preference-table.ts');
  return PREFERENCES.map(({ name, summary }) => ({ value: name, about: summary }));
}

async function topics(): Promise<Candidate[]> {
  const { TOPICS } = await import('../docs/topics.ts');
  return TOPICS.map(({ topic, summary }) => ({ value: topic, about: summary }));
}

/** Who offers the models: what stands before the first slash. */
function providers(models: readonly Candidate[]): Candidate[] {
  const names = models.map(({ value }) => value.slice(0, Math.max(0, value.indexOf('/'))));
  return [...new Set(names)].filter(Boolean).map((value) => ({ value, about: '' }));
}

/** `@dir/fi` as `@dir/file`: the shell does not complete a path behind a sign. */
function filesBehindAt(context: Context, typed: string): Candidate[] {
  const path = typed.slice(1);
  const folder = path.endsWith('/') ? path : path.includes('/') ? `${dirname(path)}/` : '';
  return plainPaths(resolve(context.cwd, folder || '.')).map((name) => ({ value: `@${folder}${name}`, about: '' }));
}

function plainPaths(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .filter((name) => /^[\w.+-]+\/?$/.test(name))
    .slice(0, MOST);
}
