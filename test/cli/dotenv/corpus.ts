/** Env files as people and tools leave them, made from a seed: the same files in every run. */
import { random } from '../../helpers/random.ts';

export interface Sample {
  text: string;
  /** True when bash can source it: then bash is asked as well. */
  bash: boolean;
}

/** Lines (`⏎` stands for the file's line ending) that every reader takes, bash included. */
const SAFE = [
  '',
  '# a comment',
  '#OPENAI_API_KEY=commented-out',
  '# OPENAI_BASE_URL=https://example.test/v1 "unbalanced',
  "# it's a comment",
  'PLAIN=value',
  'EMPTY=',
  'export EXPORTED=yes',
  "SINGLE='single quoted'",
  'DOUBLE="double quoted"',
  'DOLLAR="\\$5"',
  'INLINE=value # with a comment',
  'QUOTED_INLINE="value" # with a "comment"',
  "HASH='a#b'",
  'EQUALS=a=b=c',
  'UNICODE="päßwörd ✓ 日本語 🦊"',
  'MULTI="first line⏎OPENAI_API_KEY=inside-a-value⏎last line"',
  "MULTI_SINGLE='-----BEGIN-----⏎OPENAI_BASE_URL=inside⏎#no comment⏎-----END-----'",
  'NOT_OPENAI_API_KEY=other',
  'OPENAI_API_KEY_OLD=other',
  'OPENAI_BASE_URLS=a,b',
  `LONG=${'x'.repeat(20_000)}`,
  'SAME=1',
  'SAME=2',
  'JSON=\'{"OPENAI_API_KEY":"x","n":1}\'',
];

/** Lines of ours that every reader takes. */
const SAFE_OURS = [
  'OPENAI_API_KEY=sk-old',
  'OPENAI_API_KEY="sk-old-quoted"',
  "OPENAI_API_KEY='sk-old-single' # mine",
  'export OPENAI_API_KEY=sk-exported',
  'OPENAI_API_KEY=',
  'OPENAI_API_KEY= # to be filled in',
  'OPENAI_BASE_URL=https://api.openai.com/v1',
  'OPENAI_BASE_URL="https://api.openai.com/v1" # the default',
  'export OPENAI_BASE_URL=http://127.0.0.1:8787/v1',
];

/** Lines that bash would refuse or run, and that readers of env files take in their own ways. */
const ODD = [
  'SPACED = value',
  'OPENAI_API_KEY = sk-spaced',
  'OPENAI_API_KEY=your key here',
  'OPENAI_API_KEY=<put your key here>',
  '   OPENAI_API_KEY=indented',
  '\tOPENAI_BASE_URL=tabbed',
  'export   OPENAI_BASE_URL = "odd"   # note',
  'OPENAI_API_KEY: yaml-like',
  'OPENAI_API_KEY="sk"#glued',
  'OPENAI_API_KEY="sk" trailing',
  'OPENAI_API_KEY="unclosed',
  'UNCLOSED="no end',
  "APOSTROPHE=it's here",
  'BACKTICK=`several⏎OPENAI_API_KEY=in backticks⏎lines`',
  'TRAILING=blanks   \t',
  'DOTTED.NAME=x',
  'DASHED-NAME=x',
  'ESCAPED="a\\nb"',
  'URL=postgres://user:p@ss@host/db?x=1&y=2',
  'WINDOWS=C:\\path\\to',
  '[section]=x',
  'KEY WITH BLANKS=x',
];

/** One file of the corpus; every tenth or so is empty, has a byte order mark, ends within a line, mixes line endings … */
export function sample(seed: number): Sample {
  const next = random(seed);
  const chance = (share: number) => next() < share;
  const pick = (from: readonly string[]) => from[Math.floor(next() * from.length)]!;
  const odd = chance(0.45);
  const windows = chance(0.25);
  const mixed = chance(0.1);
  const mark = chance(0.1);
  const ending = () => (mixed ? pick(['\n', '\r\n']) : windows ? '\r\n' : '\n');
  let text = mark ? '\uFEFF' : '';
  for (let lines = Math.floor(next() * 14); lines > 0; lines--) {
    const from = chance(0.25) ? SAFE_OURS : odd && chance(0.35) ? ODD : SAFE;
    text += pick(from).replaceAll('⏎', ending) + ending();
  }
  if (chance(0.3)) text = text.replace(/\r?\n$/, '');
  return { text, bash: !odd && !windows && !mixed && !mark };
}
