import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { applyChanges, takeBack } from '../../../cli/documents/change.ts';
import type { Change } from '../../../cli/documents/document.ts';
import { type FormatName, formats } from '../../../cli/documents/index.ts';
import { random } from '../../helpers/random.ts';
import { CHANGES, configuration, Dice } from './tree.ts';
import { writeDotenv } from './write-dotenv.ts';
import { writeJson } from './write-json.ts';
import { writeToml } from './write-toml.ts';
import { writeYaml } from './write-yaml.ts';

const WRITERS: Record<FormatName, (dice: Dice) => string> = {
  json: (dice) => writeJson(configuration(dice), dice, 'json'),
  jsonc: (dice) => writeJson(configuration(dice), dice, 'jsonc'),
  json5: (dice) => writeJson(configuration(dice), dice, 'json5'),
  yaml: (dice) => writeYaml(configuration(dice), dice),
  toml: (dice) => writeToml(configuration(dice), dice),
  dotenv: writeDotenv,
};

const VARIABLES: Change[] = [
  { path: ['GATEWAY_API_KEY'], value: 'sk-gw-1' },
  { path: ['OPENAI_BASE_URL'], value: 'http://127.0.0.1:4000/v1' },
];

interface Sample {
  text: string;
  comments: string[];
  changes: readonly Change[];
  /** What a person changes after us; of the same text it makes the same. */
  foreign: (text: string) => string;
}

/** The file of a seed. */
export function sample(name: FormatName, seed: number): Sample {
  const dice = new Dice(random(seed));
  let text = WRITERS[name](dice);
  const eol = dice.chance(0.2) ? '\r\n' : '\n';
  text = text.replaceAll('\n', eol);
  if (dice.chance(0.2)) text = text.replace(/(\r?\n)+$/, '');
  if (dice.chance(0.1)) text = `\uFEFF${text}`;
  const all = name === 'dotenv' ? VARIABLES : CHANGES;
  const changes = all.filter(() => dice.chance(0.7));
  return { text, comments: dice.comments, changes, foreign: foreignEdit(name, dice, eol) };
}

function foreignEdit(name: FormatName, dice: Dice, eol: string): Sample['foreign'] {
  const acts: Sample['foreign'][] = [(text) => text.replace(/(?<![/\w])v(\d+)(?!\w)/, 'changed_$1')];
  const top = {
    json: eol,
    jsonc: `// mine${eol}`,
    json5: `/* mine */${eol}`,
    yaml: `# mine${eol}`,
    toml: `# mine${eol}`,
    dotenv: `# mine${eol}`,
  }[name];
  if (dice.chance(0.6)) acts.push((text) => (text.startsWith('\uFEFF') ? `\uFEFF${top}${text.slice(1)}` : top + text));
  return (text) => acts.reduce((now, act) => act(now), text);
}

/** All that says something: an empty object may have become one on several lines. */
const bare = (text: string) => text.replace(/[\s,{}[\]]/g, '');

/** Whether a comment still has what it had before it on its line; not for lines of ours that are changed or gone. */
function standsAlike(text: string, after: string, comment: string): boolean {
  if (!after.includes(comment)) return false;
  const number = new RegExp(`${/^note \d+/.exec(comment)![0]}\\b`);
  const before = (whole: string) => whole.slice(0, whole.search(number)).split('\n').at(-1)!;
  const line = before(text);
  // what was on one line may be on several now: its closing bracket moves down, with what follows it
  if (/[[\]{}]/.test(line)) return true;
  const what = bare(line);
  return /old|tags|here|gone|obsolete|Gateway|:1\/v1|8000/.test(what) || holdsInOrder(bare(before(after)), what);
}

function holdsInOrder(whole: string, part: string): boolean {
  let at = 0;
  for (let index = 0; index < whole.length; index++) if (whole[index] === part[at]) at++;
  return at === part.length;
}

/**
 * Takes one generated file through all that a setup does: set, set again, take back, take back after a person has
 * changed something else. Throws where a byte of others, or a comment, is not as it was.
 */
export function roundTrip(name: FormatName, seed: number): void {
  const format = formats[name];
  const { text, comments, changes, foreign } = sample(name, seed);
  const { text: after, hunks } = applyChanges(format, text, changes);
  strictEqual(applyChanges(format, after, changes).text, after, 'set again');
  for (const comment of comments)
    ok(standsAlike(text, after, comment), `the comment ${comment} is gone, or with something else`);
  if (hunks.every(({ before }) => before === undefined))
    ok(holdsInOrder(bare(after), bare(text)), 'bytes of others are gone');
  const values = changes.map(({ value }) => value);
  deepStrictEqual(takeBack(format, after, hunks, values), { text }, 'taken back');
  if (text.trim() === '') return;
  deepStrictEqual(
    takeBack(format, foreign(after), hunks, values),
    { text: foreign(text) },
    'taken back after a change',
  );
  withNote(name, after, (noted) => {
    const back = takeBack(format, noted, hunks, values);
    ok('text' in back, 'a comment is no change of a value');
    deepStrictEqual(format.read(back.text), format.read(text), 'the data after a note in what is ours');
    for (const comment of comments)
      ok(back.text.includes(comment), `the comment ${comment} is gone with what was ours`);
    if (hunks.every(({ before }) => before === undefined))
      ok(holdsInOrder(bare(back.text), bare(text)), 'bytes of others went along');
  });
}

/** A person has written a comment into what is ours: the piece that was put in is not there any more as it was. */
function withNote(name: FormatName, text: string, judge: (noted: string) => void): void {
  const note = {
    json: '',
    jsonc: ' /* noted */',
    json5: ' /* noted */',
    yaml: ' # noted',
    toml: ' # noted',
    dotenv: ' # noted',
  }[name];
  const noted = text.replace(/127\.0\.0\.1:4000.*?(?=\r?\n|$)/, (line) => line + note);
  if (noted !== text) judge(noted);
}
