import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, stopGateways } from '../helpers/gateway.ts';
import { kindOf, render } from '../helpers/providers/kinds.ts';
import { Refusal } from '../helpers/providers/refuse.ts';
import { replyFor } from '../helpers/providers/start.ts';
import { type Seen, sendJson, startUpstream, type Upstream } from '../helpers/upstream.ts';

/** Where a proof of a thought stands, in any format. */
const PROOF = /("(?:signature|thoughtSignature|encrypted_content)"\s*:\s*")([^"]+)"/g;
const DUMMY = 'skip_thought_signature_validator';

/** By provider, or by its key where it has several, what its proofs begin with: it takes no others. */
const MARKS: Readonly<Record<string, string>> = {
  anthropic: 'ANTH',
  // its streams are no text, and its proofs differ from Anthropic's anyhow
  'aws-bedrock': '',
  openai: 'OPEN',
  azure: 'AZUR',
  'google-ai-studio': 'STUD',
  'google-vertex': 'VERT',
};
const NAMES = Object.keys(MARKS);
const KEYS: Readonly<Record<string, string>> = { 'Bearer key-a': 'KEYA', 'Bearer key-b': 'KEYB' };

let gateway: Gateway;
const doubles = new Map<string, Upstream>();
const down = new Set<string>();

/** A provider as strict as the real one, that knows its own proofs. */
function strict(name: string) {
  return ({ body: bytes, path, headers }: Seen, response: Parameters<Upstream['respond']>[1]) => {
    if (down.has(name)) {
      sendJson(response, 503, '{"error":{"message":"overloaded","type":"overloaded_error","code":null}}');
      return;
    }
    const mark = KEYS[String(headers.authorization)] ?? MARKS[name]!;
    try {
      const text = bytes.toString('utf8').replace(PROOF, (_all, before: string, proof: string) => {
        if (proof !== DUMMY && !proof.startsWith(mark)) throw new Refusal(`${name} did not make ${proof.slice(0, 8)}`);
        return `${before}${proof === DUMMY ? proof : proof.slice(mark.length)}"`;
      });
      const body = JSON.parse(text) as { model?: string };
      // Azure has a header of its own for its key.
      const named = { authorization: `Bearer ${String(headers['api-key'])}`, ...headers };
      const call = { ...kindOf(path, body), path, headers: named, text, body };
      const answer = render(call, replyFor('loop', call));
      const marked = (text: string) => text.replace(PROOF, `$1${mark}$2"`);
      if (call.stream) {
        const type = call.kind === 'bedrock-converse' ? 'application/vnd.amazon.eventstream' : 'text/event-stream';
        response.writeHead(200, { 'content-type': type });
        for (const frame of answer.frames()) response.write(typeof frame === 'string' ? marked(frame) : frame);
        response.end();
      } else sendJson(response, 200, marked(answer.json()));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sendJson(response, 400, JSON.stringify({ error: { message: error.message, type: 'invalid_request_error' } }));
    }
  };
}

beforeAll(async () => {
  for (const name of NAMES) doubles.set(name, await startUpstream());
  const url = (name: string) => doubles.get(name)!.url;
  gateway = await startGateway({
    providers: {
      anthropic: `${url('anthropic')}/v1`,
      'aws-bedrock': url('aws-bedrock'),
      openai: `${url('openai')}/v1`,
      azure: url('azure'),
      'google-ai-studio': `${url('google-ai-studio')}/v1beta`,
      'google-vertex': url('google-vertex'),
    },
    env: { LLM_OPENAI_API_KEY: 'key-a,key-b', LLM_AZURE_RESOURCE: 'r' },
  });
});
afterAll(async () => {
  await stopGateways();
  await Promise.all([...doubles.values()].map((double) => double.close()));
});
beforeEach(() => {
  down.clear();
  for (const [name, double] of doubles) {
    double.seen.length = 0;
    double.respond = strict(name);
  }
});

// biome-ignore lint/suspicious/noExplicitAny: bodies of three formats, put together as their clients do
type Body = any;

interface Format {
  path: string;
  providers: readonly [string, string];
  body: Body;
  /** Reads an answer's text. Absent: it is JSON. */
  read?: (text: string) => Body;
  /** Adds an answer and the results of its calls to the conversation. */
  next: (body: Body, answer: Body) => void;
}

const SCHEMA = { type: 'object', properties: { city: { type: 'string' }, station: { type: 'integer' } } };
const TOOL = { name: 'get_weather', description: 'The weather of a city.' };
const ASKED = 'Look it up. [[loop]]';

/** The content of a streamed message. */
function streamed(text: string): Body {
  const content: Body[] = [];
  const events = text.split('\n').filter((line) => line.startsWith('data: '));
  for (const { type, index, content_block: block, delta } of events.map((line) => JSON.parse(line.slice(6)) as Body)) {
    if (type === 'content_block_start') content[index] = { ...block, json: '' };
    if (type !== 'content_block_delta') continue;
    const open = content[index];
    open.thinking = delta.thinking === undefined ? open.thinking : open.thinking + delta.thinking;
    open.text = delta.text === undefined ? open.text : open.text + delta.text;
    open.signature = delta.signature ?? open.signature;
    open.json += delta.partial_json ?? '';
  }
  const whole = content.map(({ json, ...block }) => (json === '' ? block : { ...block, input: JSON.parse(json) }));
  return { content: JSON.parse(JSON.stringify(whole)) };
}

const FORMATS: Readonly<Record<string, () => Format>> = {
  'Messages, streamed': () => {
    const format = FORMATS.Messages!();
    return { ...format, body: { ...format.body, stream: true }, read: streamed };
  },
  Messages: () => ({
    path: '/v1/messages',
    providers: ['anthropic', 'aws-bedrock'],
    body: {
      model: 'claude-sonnet-4.5',
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 2000 },
      tools: [{ ...TOOL, input_schema: SCHEMA }],
      messages: [{ role: 'user', content: ASKED }],
    },
    next(body, { content }) {
      const calls = content.filter(({ type }: Body) => type === 'tool_use');
      const results = calls.map(({ id }: Body) => ({ type: 'tool_result', tool_use_id: id, content: '21 °C' }));
      body.messages.push({ role: 'assistant', content }, { role: 'user', content: results });
    },
  }),
  Responses: () => ({
    path: '/v1/responses',
    providers: ['openai', 'azure'],
    body: {
      model: 'gpt-5.4-mini',
      reasoning: { effort: 'medium', summary: 'auto' },
      tools: [{ type: 'function', ...TOOL, parameters: SCHEMA, strict: false }],
      input: [{ role: 'user', content: ASKED }],
    },
    next(body, { output }) {
      const calls = output.filter(({ type }: Body) => type === 'function_call');
      const results = calls.map(({ call_id }: Body) => ({ type: 'function_call_output', call_id, output: '21 °C' }));
      body.input.push(...output, ...results);
    },
  }),
  Gemini: () => ({
    path: '/v1beta/models/gemini-3.5-flash:generateContent',
    providers: ['google-ai-studio', 'google-vertex'],
    body: {
      generationConfig: { thinkingConfig: { includeThoughts: true } },
      tools: [{ functionDeclarations: [{ ...TOOL, parameters: SCHEMA }] }],
      contents: [{ role: 'user', parts: [{ text: ASKED }] }],
    },
    next(body, { candidates: [{ content }] }) {
      const calls = content.parts.filter(({ functionCall }: Body) => functionCall);
      const results = calls.map(({ functionCall: { id, name } }: Body) => ({
        functionResponse: { ...(id && { id }), name, response: { output: '21 °C' } },
      }));
      body.contents.push(content, { role: 'user', parts: results });
    },
  }),
};

/** A conversation as an agent has it: each turn's answer goes back with the results of its calls. */
function conversation({ path, body, next, read = JSON.parse }: Format, headers: Record<string, string>) {
  return async () => {
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    next(body, read(text));
    return { provider: response.headers.get('x-gateway-provider'), proofs: proofsIn(text) };
  };
}

function proofsIn(text: string): string[] {
  return [...text.matchAll(PROOF)].map(([, , proof]) => proof!);
}

/** The proofs in what a provider was sent last. */
function sentTo(name: string): string[] {
  return proofsIn(doubles.get(name)!.seen.at(-1)!.body.toString('utf8')).filter((proof) => proof !== DUMMY);
}

describe.each(Object.entries(FORMATS))('a session in %s', (_name, formatOf) => {
  test('stays where it began, with its thoughts byte for byte; elsewhere it goes on without them', async () => {
    const format = formatOf();
    const [one, other] = format.providers;
    const turn = conversation(format, { 'x-session-id': randomUUID() });
    down.add(other);
    const first = await turn();
    expect(first.provider).toBe(one);
    expect(first.proofs.length).toBeGreaterThan(0);

    down.clear();
    const second = await turn();
    expect(second.provider).toBe(one);
    expect(sentTo(one)).toEqual(first.proofs);

    down.add(one);
    const third = await turn();
    expect(third.provider).toBe(other);
    expect(sentTo(one)).toEqual([...first.proofs, ...second.proofs]);
    expect(sentTo(other)).toEqual([]);

    const fourth = await turn();
    expect(fourth.provider).toBe(other);
    expect(sentTo(other)).toEqual(third.proofs);
  });
});

test('thoughts of an account go back to it though there is no session, and stay behind when its key is refused', async () => {
  down.add('azure');
  const turn = conversation(FORMATS.Responses!(), {});
  const first = await turn();
  const keyOf = () => doubles.get('openai')!.seen.at(-1)!.headers.authorization!;
  const key = keyOf();
  for (let i = 0; i < 3; i++) {
    await turn();
    expect(keyOf()).toBe(key);
    expect(sentTo('openai')).toContain(first.proofs[0]);
  }
  doubles.get('openai')!.respond = (seen, response) =>
    seen.headers.authorization === key
      ? sendJson(response, 401, '{"error":{"message":"bad key","type":"x","code":"invalid_api_key"}}')
      : strict('openai')(seen, response);
  await turn();
  expect(keyOf()).not.toBe(key);
  expect(sentTo('openai')).toEqual([]);
});
