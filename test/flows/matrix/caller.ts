import { expect } from 'vitest';
import type { Kind } from '../../helpers/providers/kinds.ts';
import type { Reply, Step } from '../../helpers/providers/scenario.ts';
import type { Connection, Question } from './question.ts';

/** What must come out, whatever the caller's format. */
export interface Expectation {
  reply: Reply;
  kind: Kind;
  /** USD; undefined: the model has no known price; null: there is no gateway that would tell. */
  cost: number | undefined | null;
}

/** One caller format, by its official SDK. */
export interface Caller {
  /** Asks and returns the SDK's own object; of a stream the one that the SDK's helper makes of it. */
  ask(connection: Connection, question: Question, stream: boolean): Promise<unknown>;
  /** Fails unless the SDK's object says what the model said. */
  check(outcome: unknown, expectation: Expectation): void;
  /** Works a loop of tool calls off until the model is done. */
  loop(connection: Connection, question: Question, stream: boolean): Promise<LoopEnd>;
}

export interface LoopEnd {
  text: string;
  turns: number;
}

/** Longer than any loop here: a model that never ends is a failure, not a hang. */
export const MOST_TURNS = 15;

export function textOf(reply: Reply, type: Exclude<Step['type'], 'call'>): string {
  return reply.steps.map((step) => (step.type === type ? step.text : '')).join('');
}

export function callsOf(reply: Reply): Extract<Step, { type: 'call' }>[] {
  return reply.steps.filter((step) => step.type === 'call');
}

const ID_PREFIX: Partial<Record<Kind, string>> = {
  'openai-chat': 'call_',
  'openai-responses': 'call_',
  'anthropic-messages': 'toolu_',
  'bedrock-converse': 'tooluse_',
};

/** A call's id as its provider gave it; one that gives none gets any. */
export function idOf(kind: Kind, id: string): unknown {
  const prefix = ID_PREFIX[kind];
  return prefix === undefined ? expect.stringMatching(/^[\w-]{1,64}$/) : prefix + id;
}

/** Providers that tell a refusal in words; the others only say that they stopped. */
export function tellsRefusal(kind: Kind): boolean {
  return kind === 'openai-chat' || kind === 'openai-responses';
}

/** Providers that count what was thought apart. */
export function countsReasoning(kind: Kind): boolean {
  return kind !== 'anthropic-messages' && kind !== 'bedrock-converse';
}

export function checkCost(usage: unknown, { cost }: Expectation): void {
  if (cost === null) return;
  const given = (usage as { cost?: unknown }).cost;
  expect(given).toEqual(expect.any(Number));
  if (cost !== undefined) expect(given).toBeCloseTo(cost, 9);
}
