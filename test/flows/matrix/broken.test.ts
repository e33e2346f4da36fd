import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS } from '../../helpers/providers/kinds.ts';
import { CALLERS, FORMATS } from './callers.ts';
import { modelOf, pairsOf, startWorld, type World } from './world.ts';

/** A provider that breaks off: the caller's SDK must throw, whatever the pair. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const FAULTS = ['error-early', 'error-late', 'cut-early', 'cut-late', 'end-early', 'end-late'];

describe.each(pairsOf(FORMATS, KINDS))('$format from $kind', ({ format, kind }) => {
  test.concurrent.each(FAULTS)('throws on %s of a stream', async (scenario) => {
    const id = `${format}-${kind}-${scenario}`;
    const question = { scenario, id, model: modelOf(kind, scenario) };
    await expect(CALLERS[format].ask(world, question, true)).rejects.toThrow();
    expectAskedOnce(id);
  });

  test.concurrent('throws when a whole answer breaks off', async () => {
    const id = `${format}-${kind}-whole`;
    const question = { scenario: 'cut-late', id, model: modelOf(kind, 'cut-late') };
    await expect(CALLERS[format].ask(world, question, false)).rejects.toThrow();
    expectAskedOnce(id);
  });
});

/** No provider is asked twice; where one has failed as often as here, another that has the model may be asked before it. */
function expectAskedOnce(id: string): void {
  const kinds = world.providers.seen(id).map(({ kind }) => kind);
  expect(kinds.length).toBeGreaterThan(0);
  expect(new Set(kinds).size).toBe(kinds.length);
}

describe.each(pairsOf(FORMATS, KINDS))('on the wire, $format from $kind', ({ format, kind }) => {
  test.concurrent.each([
    ['error-late', true],
    ['cut-late', true],
    ['end-late', true],
    ['cut-early', false],
    ['end-early', false],
  ])('%s ends with the error event of the format, or is a status before any content', async (scenario, begun) => {
    const { status, text } = await rawStream(
      format,
      modelOf(kind, scenario),
      `[[${scenario}#raw-${format}-${kind}-${scenario}]]`,
    );
    expect(text).not.toContain('[DONE]');
    expect(text).not.toContain('message_stop');
    expect(text).not.toContain('response.completed');
    expect(text).not.toContain('"finishReason":"STOP"');
    if (!begun) {
      expect(status).toBeGreaterThanOrEqual(500);
      expect(JSON.parse(text)).toHaveProperty('error');
      return;
    }
    expect(status).toBe(200);
    expect(text).toContain('w0');
    expect(text).toMatch(ERROR_EVENTS[format]);
  });
});

const ERROR_EVENTS = {
  'openai-chat': /data: \{"error":\{/,
  'openai-responses': /event: (response\.failed|error)\n/,
  'anthropic-messages': /event: error\n/,
  gemini: /data: \{"error":\{/,
};

/** A stream as it stands on the wire; a cut connection is the end of it. */
async function rawStream(format: keyof typeof ERROR_EVENTS, model: string, content: string) {
  const contents = [{ role: 'user', parts: [{ text: content }] }];
  const messages = [{ role: 'user', content }];
  const [path, body] = {
    'openai-chat': ['/v1/chat/completions', { model, messages, stream: true }],
    'openai-responses': ['/v1/responses', { model, input: content, stream: true }],
    'anthropic-messages': ['/v1/messages', { model, max_tokens: 100, messages, stream: true }],
    gemini: [`/v1beta/models/${model}:streamGenerateContent?alt=sse`, { contents }],
  }[format] as [string, object];
  const response = await fetch(world.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    // the connection was cut, as it has to be
  }
  return { status: response.status, text };
}
