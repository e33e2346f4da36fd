import { describe, expect, test } from 'vitest';
import { classify } from '../../../../server/routing/auto/classify.ts';
import { WEIGHTS } from '../../../../server/routing/auto/tiers.ts';
import { TIERS } from '../../../../shared/contracts/routing.ts';
import { featuresAsked, featuresIn } from './bodies.ts';
import { PROMPTS } from './prompts.ts';

const tierOf = (body: unknown) => classify(featuresIn(body)).tier;
const rankOf = (body: unknown) => TIERS.indexOf(tierOf(body));

test.each(PROMPTS)('it is %s to answer: %s', (tier, prompt) => {
  expect(classify(featuresAsked(prompt)).tier).toBe(tier);
});

test('the signals add up to the score, the strongest first', () => {
  const { score, signals } = classify(featuresAsked(PROMPTS.at(-1)![1]));
  expect(signals.length).toBeGreaterThan(1);
  expect(signals.every(({ name }) => name in WEIGHTS)).toBe(true);
  const sizes = signals.map((signal) => Math.abs(signal.score));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(score).toBeGreaterThan(-1);
});

test('a request is classified the same each time', () => {
  const features = featuresAsked('Design a cache and prove that it is optimal.');
  expect(classify(features)).toEqual(classify(features));
});

describe('a project moves the boundaries', () => {
  const hello = featuresAsked('Hello');

  test('down, so that a greeting is for the best', () => {
    expect(classify(hello, { REASONING: -1 }).tier).toBe('REASONING');
  });

  test('up, so that a proof is for the cheapest', () => {
    const proof = featuresAsked('Prove step by step that there are infinitely many primes.');
    expect(classify(proof).tier).toBe('REASONING');
    expect(classify(proof, { MEDIUM: 1.1, COMPLEX: 1.1, REASONING: 1.1 }).tier).toBe('SIMPLE');
  });
});

describe('what counts is the question, not what is around it', () => {
  const system =
    'You are a coding agent. Analyze, design, implement, refactor and debug code; prove theorems; think step by step.';

  test.each([
    [
      'chat completions',
      {
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: 'Hi' },
        ],
      },
    ],
    ['Messages', { system, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] }],
    ['Responses', { instructions: system, input: 'Hi' }],
    [
      'Responses with items',
      { instructions: system, input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] },
    ],
    [
      'Gemini',
      { systemInstruction: { parts: [{ text: system }] }, contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    ],
    ['Gemini with one content', { contents: { parts: [{ text: 'Hi' }] } }],
  ])('a greeting behind a long system prompt is SIMPLE in %s', (_, body) => {
    expect(tierOf(body)).toBe('SIMPLE');
  });

  test.each([
    ['chat completions', (text: string) => ({ messages: [{ role: 'user', content: text }] })],
    ['Messages', (text: string) => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] })],
    ['Responses', (text: string) => ({ input: text })],
    [
      'Responses with items',
      (text: string) => ({ input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }] }),
    ],
    ['Gemini', (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] })],
  ])('a proof is REASONING in %s', (_, body) => {
    expect(tierOf(body('Prove step by step that the square root of 3 is irrational.'))).toBe('REASONING');
  });

  test('notes that a coding tool puts around a greeting do not count', () => {
    const note = `<system-reminder>${system}</system-reminder>`;
    expect(tierOf({ messages: [{ role: 'user', content: `${note}\nHi` }] })).toBe('SIMPLE');
  });
});

describe('a conversation', () => {
  const proof = { role: 'user', content: 'Prove step by step that the square root of 3 is irrational.' };
  const asks = { role: 'assistant', content: 'Shall I begin?' };

  test.each(['yes', 'Go ahead!', 'continue please', '继续', 'да', 'weiter bitte'])(
    'goes on as hard as it was when "%s" is all that is said',
    (content) => {
      expect(tierOf({ messages: [proof, asks, { role: 'user', content }] })).toBe('REASONING');
    },
  );

  test('is as easy as the last question', () => {
    expect(tierOf({ messages: [proof, asks, { role: 'user', content: 'Thanks, bye!' }] })).toBe('SIMPLE');
  });

  test('keeps its tier while tools are called for it', () => {
    const call = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'read', input: { path: 'a' } }] };
    const result = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't', content: 'hello '.repeat(2000) }],
    };
    const messages = [proof, ...Array.from({ length: 20 }, () => [call, result]).flat()];
    expect(rankOf({ messages })).toBeGreaterThanOrEqual(rankOf({ messages: [proof] }));
  });

  test('with much to read is not left to the smallest', () => {
    const file = `Here is the report. ${'The quarterly numbers of the region were as expected. '.repeat(8000)}`;
    expect(
      rankOf({ messages: [{ role: 'user', content: `${file} What stands out, and what should we do?` }] }),
    ).toBeGreaterThan(0);
  });
});
