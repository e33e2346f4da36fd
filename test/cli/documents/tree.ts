import type { Change } from '../../../cli/documents/document.ts';

/** What a generated file holds: a value as it is written in every format, or members, or items. */
export type Tree = Scalar | Members | Items;
export interface Scalar {
  kind: 'string' | 'number' | 'flag';
  text: string;
}
export interface Members {
  kind: 'object';
  members: [string, Tree][];
}
export interface Items {
  kind: 'list';
  items: Tree[];
}

/** Chances and counters of one file. */
export class Dice {
  readonly #next: () => number;
  #count = 0;
  readonly comments: string[] = [];
  constructor(next: () => number) {
    this.#next = next;
  }
  chance(share: number): boolean {
    return this.#next() < share;
  }
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }
  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)]!;
  }
  number(): number {
    return ++this.#count;
  }
  /** The text of a comment that is like no other. */
  comment(): string {
    const text =
      `note ${this.number()} ${this.pick(['', '"model": 1', 'model = "x"', 'model: y', 'A=b', '{', ']', "it's", 'ünï ✓'])}`.trim();
    this.comments.push(text);
    return text;
  }
}

const NAMES = [
  'theme',
  'mcp',
  'hooks',
  'permissions',
  'ünï',
  'a b',
  'x.y',
  'gpt-5/x',
  'n',
  'list',
  'version',
  '$schema',
  'on',
];
const STRINGS = ['', ' with # hash', ': and, more', " it's", ' "said"', ' ünï 😀', ' \\ back', ' {b}', ' http://x/y'];

function scalar(dice: Dice): Scalar {
  if (dice.chance(0.6)) return { kind: 'string', text: `v${dice.number()}${dice.pick(STRINGS)}` };
  if (dice.chance(0.3)) return { kind: 'number', text: '1234567890123456789' };
  if (dice.chance(0.5)) return { kind: 'number', text: `${dice.below(900)}.5` };
  return { kind: 'flag', text: dice.pick(['true', 'false']) };
}

function value(dice: Dice, depth: number): Tree {
  if (depth > 2 || dice.chance(0.5)) return scalar(dice);
  if (dice.chance(0.6)) return object(dice, depth + 1, dice.below(4));
  const length = dice.below(4);
  if (dice.chance(0.5)) return { kind: 'list', items: Array.from({ length }, () => scalar(dice)) };
  return { kind: 'list', items: Array.from({ length }, () => object(dice, depth + 2, 1 + dice.below(2))) };
}

function object(dice: Dice, depth: number, length: number): Members {
  const names = new Set(Array.from({ length }, () => dice.pick(NAMES)));
  return { kind: 'object', members: [...names].map((name) => [name, value(dice, depth)]) };
}

const text = (written: string): Scalar => ({ kind: 'string', text: written });
const of = (members: Record<string, Tree>): Members => ({ kind: 'object', members: Object.entries(members) });

/** Members of ours that are no more: a comment within one goes with it. */
export const OBSOLETE = ['obsolete', 'extra'];

/** A block of ours as an older version wrote it. */
const oldBlock = (dice: Dice): Members =>
  of({
    name: text('Gateway'),
    baseUrl: text('http://127.0.0.1:1/v1'),
    ...(dice.chance(0.5) && { obsolete: { kind: 'flag', text: 'true' } as const }),
    models: of({ 'gpt-5': of({ context: { kind: 'number', text: '8000' } }) }),
    tags: { kind: 'list', items: [text('old'), text('tags'), text('here')] },
  });

/** A configuration of some tool, with or without the places that a setup writes to. */
export function configuration(dice: Dice): Members {
  const { members } = object(dice, 0, dice.below(7));
  const providers = object(dice, 1, dice.below(3)).members;
  if (dice.chance(0.3)) providers.splice(dice.below(providers.length + 1), 0, ['gateway', oldBlock(dice)]);
  const models = Array.from({ length: dice.below(3) }, () => of({ name: scalar(dice), apiBase: scalar(dice) }));
  if (dice.chance(0.3))
    models.splice(
      dice.below(models.length + 1),
      0,
      of({ apiBase: text('old'), name: text('gw'), extra: text('gone') }),
    );
  const places: [string, Tree][] = [
    ['model', text("old model's")],
    ['providers', { kind: 'object', members: providers }],
    ['models', { kind: 'list', items: models }],
    ['env', object(dice, 2, dice.below(3))],
  ];
  for (const place of places) if (dice.chance(0.5)) members.splice(dice.below(members.length + 1), 0, place);
  return { kind: 'object', members };
}

/** What a setup of today sets. */
export const CHANGES: readonly Change[] = [
  { path: ['model'], value: 'gateway/gpt-5' },
  {
    path: ['providers', 'gateway'],
    value: {
      name: 'Gateway',
      baseUrl: 'http://127.0.0.1:4000/v1',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Continue names a secret
      apiKey: '${{ secrets.GATEWAY_API_KEY }}',
      models: { 'gpt-5': { context: 400000, reasoning: true }, 'claude/opus': { context: 200000 } },
      tags: ['chat', 'yes'],
    },
  },
  {
    path: ['models', { where: 'name', is: 'gw' }],
    value: { name: 'gw', apiBase: 'http://127.0.0.1:4000/v1', roles: ['chat', 'edit'] },
  },
  { path: ['env', 'GATEWAY_API_KEY'], value: '{env:KEY}' },
  { path: ['agents', 'defaults', 'model', 'primary'], value: 'gateway/gpt-5' },
];
