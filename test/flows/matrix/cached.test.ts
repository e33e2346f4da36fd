import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS } from '../../helpers/providers/kinds.ts';
import { keepAnswers, signIn } from '../../helpers/response-cache.ts';
import { CALLERS, FORMATS } from './callers.ts';
import { expectationOf, modelOf, pairsOf, startWorld, type World } from './world.ts';

/** Every caller format with every provider dialect behind it: what comes from the cache is the same answer, and costs nothing. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await keepAnswers(world.gateway, await signIn(world.gateway), 60);
});
afterAll(() => world.stop());

const NOTHING = { input: 0, cached: 0, output: 0, reasoning: 0 };

describe.each(pairsOf(FORMATS, KINDS))('$format to $kind', ({ format, kind }) => {
  test.concurrent.each([
    { scenario: 'everything', stream: false },
    { scenario: 'everything', stream: true },
  ])('$scenario is told again, streamed: $stream', async ({ scenario, stream }) => {
    const id = `again-${format}-${kind}-${scenario}-${stream}`;
    const question = { scenario, id, model: modelOf(kind, scenario) };
    const expectation = expectationOf(format, kind, scenario);
    CALLERS[format].check(await CALLERS[format].ask(world, question, stream), expectation);
    const again = await CALLERS[format].ask(world, question, stream);
    CALLERS[format].check(again, { ...expectation, reply: { ...expectation.reply, usage: NOTHING }, cost: 0 });
    expect(world.providers.seen(id)).toHaveLength(1);
  });
});
