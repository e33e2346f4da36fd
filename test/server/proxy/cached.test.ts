import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createResponseCache } from '../../../server/cache/response-cache.ts';
import { scanObject } from '../../../server/dialects/json-scan.ts';
import { openaiChat } from '../../../server/dialects/openai-chat/index.ts';
import { Attempts } from '../../../server/proxy/attempts.ts';
import { answeredBefore } from '../../../server/proxy/cached.ts';
import { Exchange } from '../../../server/proxy/exchange.ts';
import type { Target } from '../../../server/routing/plan.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PRICE = { inputPico: 1000n, outputPico: 1000n, requestNano: 0n, webSearchNano: 0n };
const target = {
  id: 'acme/m',
  offer: { id: 'acme/m', provider: 'acme', providerModel: 'm', price: PRICE, capabilities: [] },
  upstream: { own: true },
} as unknown as Target;
const KEY = { projectId: 'prj_1', project: { responseCacheSeconds: 60 }, accounts: [], chain: [] } as never;

function servicesWith(recorded: { cache_hit?: boolean }[]) {
  const responseCache = createResponseCache({
    config: { responseCacheBytes: 1e6 } as never,
    shared: undefined,
    secrets: {} as never,
  });
  const hold = { release() {} };
  return {
    responseCache,
    log: { warn() {} },
    limits: { admitTarget: () => undefined },
    budget: { reserve: () => hold },
    accounting: { record: (one: { cache_hit?: boolean }) => recorded.push(one) },
  } as never;
}

/** A request that is the same for all, with what its caller was sent. */
function request(services: never, stream: boolean) {
  const sent: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    headersSent: false,
    writableEnded: false,
    writeHead(status: number) {
      if (response.headersSent) throw new Error('the head was sent twice');
      response.headersSent = true;
      sent.push(String(status));
    },
    write: (text: string) => void sent.push(text),
    end(text: Buffer) {
      response.writableEnded = true;
      sent.push(text.toString());
    },
  });
  const incoming = { headers: {}, url: '/v1/chat/completions', socket: new EventEmitter() };
  const exchange = new Exchange(incoming as never, response as never, openaiChat);
  exchange.key = KEY;
  const scan = scanObject(Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}'));
  exchange.facts = { ...openaiChat.read(scan, {}), stream };
  const attempts = new Attempts(
    { targets: [target], scores: [], excluded: [], reason: 'only-target' },
    DEFAULTS.timeouts,
    2,
  );
  const answered = answeredBefore(services, exchange, KEY, attempts, scan);
  return { exchange, sent, answered };
}

test.each([true, false])(
  'who waits for the same request hears now and then that it lives, streamed: %s',
  async (stream) => {
    const recorded: { cache_hit?: boolean }[] = [];
    const services = servicesWith(recorded);
    const first = request(services, stream);
    expect(await first.answered).toBe(false);
    const waiting = request(services, stream);
    await vi.advanceTimersByTimeAsync(31_000);
    const comment = ': waiting for the provider\n\n';
    expect(waiting.sent).toEqual(stream ? ['200', comment, comment] : []);
    first.exchange.target = target;
    first.exchange.capture!.add('data: [DONE]\n\n');
    first.exchange.capture!.done(!stream);
    expect(await waiting.answered).toBe(true);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(waiting.sent).toEqual(['200', ...(stream ? [comment, comment] : []), 'data: [DONE]\n\n']);
    expect(recorded).toMatchObject([{ cache_hit: true }]);
  },
);
