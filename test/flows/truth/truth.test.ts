import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Format } from '../../../server/dialects/dialect.ts';
import { type Call, KINDS, type Kind } from '../../helpers/providers/kinds.ts';
import { loopEnd, loopResults, REPLIES } from '../../helpers/providers/scenario.ts';
import { CALLERS, FORMATS } from '../matrix/callers.ts';
import { modelOf, startWorld, type World } from '../matrix/world.ts';
import { converse, converseLoop, converseStream } from './bedrock.ts';
import { canonical } from './canonical.ts';

/** What we send to a provider is what its own SDK sends for the same call. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** What the models are called at their providers. */
const NAMES: Record<Kind, string> = {
  'openai-chat': 'any',
  'openai-responses': 'gpt-5.3-codex',
  'anthropic-messages': 'claude-sonnet-4-6',
  gemini: 'gemini-3.5-flash',
  'bedrock-converse': 'global.anthropic.claude-sonnet-4-6',
};

/** The same call by the provider's own SDK, straight to the double. */
async function native(kind: Kind, scenario: string): Promise<Call[]> {
  const id = `native-${kind}-${scenario}`;
  const question = { scenario, id, model: NAMES[kind] };
  const own = { url: world.providers.url + (kind === 'openai-chat' ? '/thinking' : ''), key: 'sk-double' };
  if (kind === 'bedrock-converse') await (scenario === 'loop' ? converseLoop : converse)(own, question);
  else await (scenario === 'loop' ? CALLERS[kind].loop(own, question, false) : CALLERS[kind].ask(own, question, false));
  return world.providers.seen(id);
}

async function translated(format: Format, kind: Kind, scenario: string): Promise<Call[]> {
  const id = `truth-${format}-${kind}-${scenario}`;
  const question = { scenario, id, model: modelOf(kind, scenario) };
  const caller = CALLERS[format];
  await (scenario === 'loop' ? caller.loop(world, question, false) : caller.ask(world, question, false));
  return world.providers.seen(id);
}

describe.each(KINDS)('a call to %s', (kind) => {
  const others = FORMATS.filter((format) => format !== kind);
  describe.each(['text', 'tools', 'image', 'reasoning', 'structured', 'length'])('with %s', (scenario) => {
    test.each(others)('is its own SDK’s, from %s', async (format) => {
      const [own] = await native(kind, scenario);
      const [ours] = await translated(format, kind, scenario);
      expect(canonical(kind, ours!.text)).toEqual(canonical(kind, own!.text));
      expect(ours!.path.split('/').slice(-2)).toEqual(own!.path.split('/').slice(-2));
      expect(headersOf(ours!)).toEqual(headersOf(own!));
    });
  });

  test.each(others)('deep in a loop of tools is its own SDK’s, from %s', async (format) => {
    const own = (await native(kind, 'loop'))[3];
    const ours = (await translated(format, kind, 'loop'))[3];
    expect(canonical(kind, ours!.text)).toEqual(canonical(kind, own!.text));
  });
});

/** The headers by which a provider knows what it is asked and by whom: that they are there, not whose key it is. */
function headersOf({ headers }: Call) {
  return {
    type: headers['content-type'],
    // Anthropic takes a key either way.
    key: (headers.authorization ?? headers['x-api-key']) !== undefined,
    google: headers['x-goog-api-key'] !== undefined,
    version: headers['anthropic-version'] !== undefined,
  };
}

describe('AWS’s own SDK reads the double of Bedrock', () => {
  const own = () => ({ url: world.providers.url, key: 'sk-double' });
  const question = (scenario: string) => ({ scenario, id: `aws-${scenario}`, model: NAMES['bedrock-converse'] });

  test('whole answers', async () => {
    const { output, stopReason, usage } = await converse(own(), question('tools'));
    expect(stopReason).toBe('tool_use');
    expect(output!.message!.content![1]).toMatchObject({ toolUse: { toolUseId: 'tooluse_1', name: 'get_weather' } });
    expect(usage).toMatchObject({ inputTokens: 100, cacheReadInputTokens: 20, outputTokens: 50, totalTokens: 170 });
  });

  test('streams', async () => {
    const [step] = REPLIES.long!.steps;
    expect(await converseStream(own(), question('long'))).toBe(step!.type === 'text' && step!.text);
    await expect(converseStream(own(), question('error-late'))).rejects.toThrow('The double broke.');
  });

  test('loops of tools', async () => {
    expect(await converseLoop(own(), question('loop'))).toBe(loopEnd(loopResults()));
  });
});
