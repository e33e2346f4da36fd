import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Kind } from '../../helpers/providers/kinds.ts';
import { CALLERS, FORMATS, SCENARIOS } from './callers.ts';
import { PNG, SYSTEM } from './question.ts';
import { expectationOf, modelOf, pairsOf, startWorld, type World } from './world.ts';

/** Every caller format to every provider dialect: the official SDK must say what the model said. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const MODES = SCENARIOS.flatMap((scenario) => [false, true].map((stream) => ({ scenario, stream })));

describe.each(pairsOf(FORMATS, KINDS))('$format to $kind', ({ format, kind }) => {
  test.concurrent.each(MODES)('$scenario, streamed: $stream', async ({ scenario, stream }) => {
    const id = `${format}-${kind}-${scenario}-${stream}`;
    const question = { scenario, id, model: modelOf(kind, scenario) };
    const outcome = await CALLERS[format].ask(world, question, stream).catch((error: unknown) => {
      throw new Error(`${String(error)} ${refusals(id)}`, { cause: error });
    });
    CALLERS[format].check(outcome, expectationOf(format, kind, scenario));
    const seen = world.providers.seen(id);
    expect(seen.map((call) => [call.kind, call.stream])).toEqual([[kind, stream]]);
    for (const words of SYSTEM) expect(seen[0]!.text).toContain(words);
    if (scenario === 'image') expect(seen[0]!.text).toContain(PNG);
    if (scenario === 'reasoning') expect(thinkingOf(kind, seen[0]!.body)).toBe(true);
  });
});

test.concurrent.each(pairsOf(FORMATS, KINDS))(
  'a stream in writes of seven bytes is the same answer, $format to $kind',
  async ({ format, kind }) => {
    const id = `sliced-${format}-${kind}`;
    const question = { scenario: 'everything', id, model: modelOf(kind, 'everything') };
    const outcome = await CALLERS[format].ask(world, question, true);
    CALLERS[format].check(outcome, expectationOf(format, kind, 'everything'));
  },
);

function refusals(id: string): string {
  return world.providers.refused.flatMap(([mark, , reason]) => (mark === id ? [`the provider: ${reason}`] : [])).join();
}

/** Whether a provider was told to think. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of five formats
function thinkingOf(kind: Kind, body: any): boolean {
  switch (kind) {
    case 'openai-chat':
      return body.reasoning_effort !== undefined;
    case 'openai-responses':
      return body.reasoning?.effort !== undefined;
    case 'anthropic-messages':
      return ['enabled', 'adaptive'].includes(body.thinking?.type);
    case 'gemini':
      return body.generationConfig?.thinkingConfig !== undefined;
    case 'bedrock-converse':
      return body.additionalModelRequestFields !== undefined;
  }
}
