import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS } from '../../helpers/providers/kinds.ts';
import { thoughtsOf } from '../../helpers/providers/loop.ts';
import { LOOP_TURNS, loopEnd, loopResults } from '../../helpers/providers/scenario.ts';
import { CALLERS, FORMATS } from './callers.ts';
import { modelOf, pairsOf, startWorld, type World } from './world.ts';

/** Ten turns of two parallel calls each, with thoughts: the double checks the whole history at every turn. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Providers whose thoughts are sealed and must come back with every turn. */
const SEALED = new Set(['openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse']);

describe.each(pairsOf(FORMATS, KINDS))('a loop of $format at $kind', ({ format, kind }) => {
  test.concurrent.each([false, true])('ends as it does without the gateway, streamed: %s', async (stream) => {
    const id = `loop-${format}-${kind}-${stream}`;
    const question = { scenario: 'loop', id, model: modelOf(kind, 'loop') };
    const end = await CALLERS[format].loop(world, question, stream).catch((error: unknown) => {
      const reasons = world.providers.refused.filter(([mark]) => mark === id).map(([, , reason]) => reason);
      throw new Error(`${String(error)} the provider: ${reasons.join()}`, { cause: error });
    });
    expect(end).toEqual({ text: loopEnd(loopResults()), turns: LOOP_TURNS });
    const seen = world.providers.seen(id);
    expect(seen.map((call) => call.kind)).toEqual(Array.from({ length: LOOP_TURNS + 1 }, () => kind));
    // Thoughts are not lost on the way: each turn brings those of all turns before.
    if (SEALED.has(kind)) expect(seen.map((call) => thoughtsOf(kind, call.body))).toEqual(seen.map((_, turn) => turn));
    // Gemini is never sent the value that stands for a lost signature.
    expect(seen.at(-1)!.text).not.toMatch(/skip_thought_signature|context_engineering/);
  });
});
