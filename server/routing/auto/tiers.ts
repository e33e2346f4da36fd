import type { Tier } from '../../../shared/contracts/routing.ts';

/** What counts in a request, each between 0 and 1, and by how much. The score is their sum from `START`, within -1 and 1. */
export const WEIGHTS = {
  /** How long what was asked is. */
  length: 0.2,
  /** How much there is to read besides: what came before, files. */
  context: 0.08,
  code: 0.2,
  mathematics: 0.36,
  reasoning: 0.4,
  work: 0.29,
  expertise: 0.24,
  /** Something to be explained or written. */
  ask: 0.14,
  writing: 0.08,
  /** Several instructions, in an order or in a list. */
  steps: 0.16,
  /** What the answer must keep to. */
  limits: 0.12,
  tools: 0.06,
  /** Results of tools: an agent is at work. */
  agent: 0.08,
  structured: 0.03,
  media: 0.08,
  depth: 0.04,
  /** Written in another language than most of what models learn from. */
  language: 0.03,
  /** Greetings, facts, translations, and all that is said in a few words. */
  simple: -0.25,
} as const;
export type SignalName = keyof typeof WEIGHTS;

/** The score of a request that says nothing. */
export const START = -0.3;

/** The lowest score of each tier; below the first it is SIMPLE. A project may move them. */
export const BOUNDARIES: Readonly<Record<Exclude<Tier, 'SIMPLE'>, number>> = {
  MEDIUM: -0.2,
  COMPLEX: 0.05,
  REASONING: 0.3,
};

/** So much of each thing counts in full. */
export const FULL = {
  /** Tokens of what was asked: counted by their logarithm, from `leastTokens`. */
  leastTokens: 12,
  askTokens: 1500,
  /** Tokens of the whole request, counted in the same way. */
  leastContext: 4000,
  contextTokens: 120_000,
  code: 4,
  mathematics: 2,
  reasoning: 2,
  work: 3,
  expertise: 3,
  ask: 1,
  writing: 1,
  steps: 6,
  limits: 5,
  simple: 1,
  turns: 40,
  toolResults: 8,
} as const;

/** Tokens of a usual answer to a prompt of a tier, and of the thoughts that a model which reasons has before it. */
export const USUAL_OUTPUT: Readonly<Record<Tier, { answer: number; thoughts: number }>> = {
  SIMPLE: { answer: 200, thoughts: 100 },
  MEDIUM: { answer: 600, thoughts: 400 },
  COMPLEX: { answer: 1500, thoughts: 2000 },
  REASONING: { answer: 2000, thoughts: 6000 },
};
