import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agentReply } from './agent.ts';
import { type Call, type Kind, kindOf, render } from './kinds.ts';
import { resultsOf } from './loop.ts';
import { Refusal } from './refuse.ts';
import { loopReply, markOf, REPLIES, type Reply } from './scenario.ts';

/** The five provider dialects on loopback, in one server. What a call is, its path says. */
export interface Providers {
  url: string;
  /** Base URL of a provider that thinks aloud in chat completions (`reasoning_content`). */
  thinkingUrl: string;
  /** The calls whose prompt carries this mark's id. */
  seen(id: string): Call[];
  /** Every call that was refused, with the reason: `[id, kind, reason]`. */
  refused: [id: string, kind: string, reason: string][];
  close(): Promise<void>;
}

/** Starts the doubles. */
export async function startProviders(): Promise<Providers> {
  const calls = new Map<string, Call[]>();
  const refused: Providers['refused'] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const { scenario, id } = markOf(text);
    const path = request.url ?? '';
    try {
      const body = JSON.parse(text) as { model?: string; stream?: boolean };
      const call: Call = { ...kindOf(path, body), path, headers: request.headers, text, body };
      calls.set(id, [...(calls.get(id) ?? []), call]);
      const manner = path.startsWith('/thinking/') ? ({ thoughts: 'reasoning_content' } as const) : {};
      const rendered = render(call, replyFor(scenario, call), manner);
      const frames = rendered.frames();
      if (call.stream) await sendStream(response, call, scenario, id.startsWith('sliced') ? sliced(frames) : frames);
      else sendWhole(response, REPLIES[scenario]?.fault, rendered.json());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push([id, path, error.message]);
      response.writeHead(error.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refusalBody(path, error)));
    }
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      refused.push(['', request.url ?? '', `the double failed: ${String(error)}`]);
      response.destroy();
    });
  });
  // Longer than the gateway keeps a connection: on a busy machine the two would race to close and to use it.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    thinkingUrl: `${url}/thinking/v1`,
    seen: (id) => calls.get(id) ?? [],
    refused,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The answer to a call: its scenario's, or the turn of the loop that its history has come to. */
export function replyFor(scenario: string, call: Pick<Call, 'kind' | 'body' | 'text'>): Reply {
  if (scenario === 'agent') return agentReply(call);
  if (scenario === 'loop') {
    const results = resultsOf(call.kind, call.body);
    return loopReply(results.length / 2, results);
  }
  const status = /^status-(\d+)$/.exec(scenario)?.[1];
  if (status) throw new Refusal('The double has nothing to give.', Number(status));
  if (scenario === 'overflow') throw new Refusal(OVERFLOWS[call.kind]);
  const reply = REPLIES[scenario];
  if (!reply) throw new Refusal(`no scenario ${scenario}`);
  return { scenario, ...reply };
}

const TYPES: Partial<Record<Kind, string>> = { 'bedrock-converse': 'application/vnd.amazon.eventstream' };

async function sendStream(
  response: ServerResponse,
  { kind }: Call,
  scenario: string,
  frames: Iterable<string | Buffer>,
): Promise<void> {
  const reply = REPLIES[scenario];
  response.writeHead(200, { 'content-type': TYPES[kind] ?? 'text/event-stream; charset=utf-8' });
  if (reply?.fault && reply.early) {
    response.flushHeaders();
    if (reply.fault === 'error') response.end([...frames].at(-1));
    else if (reply.fault === 'cut') setImmediate(() => response.destroy());
    else response.end();
    return;
  }
  for (const frame of frames) {
    if (!response.write(frame)) await new Promise<void>((resolve) => response.once('drain', resolve));
  }
  if (reply?.fault === 'cut') response.write(': ', () => response.destroy());
  else response.end();
}

/** A stream in writes of seven bytes: through characters, frames and their checksums. */
function* sliced(frames: Iterable<string | Buffer>): Generator<Buffer> {
  const whole = Buffer.concat([...frames].map((frame) => Buffer.from(frame)));
  for (let at = 0; at < whole.length; at += 7) yield whole.subarray(at, at + 7);
}

function sendWhole(response: ServerResponse, fault: Reply['fault'], json: string): void {
  const body = Buffer.from(json);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  if (fault) response.write(body.subarray(0, body.length / 2), () => response.destroy());
  else response.end(body);
}

/** A prompt that does not fit, in each provider's words. */
const OVERFLOWS: Readonly<Record<Kind, string>> = {
  'openai-chat':
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 250000 tokens. Please reduce the length of the messages.",
  'openai-responses': 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  'anthropic-messages': 'prompt is too long: 250000 tokens > 200000 maximum',
  gemini: 'The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).',
  'bedrock-converse': 'The model returned the following errors: prompt is too long: 250000 tokens > 200000 maximum',
};

/** A refusal in the words of the path's dialect. */
function refusalBody(path: string, { message, status }: Refusal): object {
  if (path.includes('/messages')) return { type: 'error', error: { type: 'invalid_request_error', message } };
  if (/\/converse(-stream)?$/.test(path)) return { message };
  if (/:\w+(\?|$)/.test(path)) return { error: { code: status, message, status: 'INVALID_ARGUMENT' } };
  const code = Object.values(OVERFLOWS).includes(message) ? 'context_length_exceeded' : null;
  return { error: { message, type: 'invalid_request_error', param: null, code } };
}
