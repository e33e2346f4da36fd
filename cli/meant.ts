import { nearest } from './nearest.ts';
import { COMMANDS, childrenOf, nameOf, type Row } from './tree.ts';

/** Words that other command lines have for our verbs. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  new: ['create', 'add'],
  add: ['create', 'write'],
  make: ['create'],
  ls: ['list'],
  get: ['show', 'list'],
  info: ['show'],
  view: ['show'],
  describe: ['show'],
  edit: ['update', 'set'],
  set: ['update'],
  del: ['revoke', 'remove'],
  delete: ['revoke', 'remove'],
  remove: ['revoke'],
  signin: ['login'],
  'log-in': ['login'],
  signout: ['logout'],
  run: ['exec'],
  pay: ['topup'],
  cost: ['usage'],
  spend: ['usage'],
  model: ['models'],
};
const MOST = 3;

/** The commands that mistyped words most likely meant, the likeliest first; at most three. The last of the words that name a command may be wrong, or their order. */
export function meantPaths(words: readonly string[]): string[] {
  const { row, rest } = follow(words);
  if (rest.length === 0) return [];
  const known = row?.path ?? '';
  const swapped = known === '' ? nounOf(rest) : [];
  const found = swapped.length > 0 ? swapped : descend(known, rest, true);
  return found.sort((a, b) => a.split(' ').length - b.split(' ').length).slice(0, MOST);
}

/** The row that the leading words name, and the words behind it. */
function follow(words: readonly string[]): { row: Row | undefined; rest: readonly string[] } {
  let row: Row | undefined;
  for (const [at, word] of words.entries()) {
    const next = childrenOf(row?.path ?? '').find((each) => isCalled(each, word));
    if (!next) return { row, rest: words.slice(at) };
    row = next;
  }
  return { row, rest: [] };
}

const isCalled = (row: Row, word: string) => nameOf(row) === word || row.aliases?.includes(word) === true;

/** `create key` is `keys create`; a verb alone may be that of several nouns. */
function nounOf([verb = '', noun]: readonly string[]): string[] {
  const verbs = [verb, ...(SYNONYMS[verb] ?? [])];
  const withVerb = COMMANDS.filter((row) => row.path.includes(' ') && verbs.some((each) => isCalled(row, each)));
  const nouns = withVerb.map((row) => row.path.slice(0, row.path.lastIndexOf(' ')));
  const meant = noun === undefined ? undefined : nearest(noun, nouns);
  if (meant !== undefined) return withVerb.filter((row) => row.path.startsWith(`${meant} `)).map((row) => row.path);
  // a word that is nearly a noun was meant to be one
  const isNearNoun = childrenOf('').some((row) => nearest(verb, [row.path]) === row.path);
  return isNearNoun && !withVerb.some((row) => nameOf(row) === verb) ? [] : withVerb.map((row) => row.path);
}

/** Corrects one word after the other, as deep as the words go. */
function descend(path: string, [word, ...more]: readonly string[], isFirst = false): string[] {
  const children = childrenOf(path);
  if (word === undefined || children.length === 0) return [path];
  const exact = children.find((row) => isCalled(row, word));
  const synonym = SYNONYMS[word]?.map((name) => children.find((row) => nameOf(row) === name)).find(Boolean);
  const near = nearest(
    word,
    children.flatMap((row) => [nameOf(row), ...(row.aliases ?? [])]),
  );
  const next = exact ?? synonym ?? children.find((row) => near !== undefined && isCalled(row, near));
  if (next) return descend(next.path, more);
  // `modls gpt-4o`: a command that takes what follows
  return isFirst || !COMMANDS.some((row) => row.path === path && row.load) ? [] : [path];
}
