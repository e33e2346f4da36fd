import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Offer } from '../../../../server/catalog/types.ts';
import { provider } from '../../../../server/dialects/bedrock-converse/index.ts';
import { foldAnswer } from '../../../../server/dialects/neutral/fold.ts';
import type { NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { awsBedrock } from '../../../../server/providers/aws-bedrock.ts';
import { fixture, sendJson, startUpstream, type Upstream } from '../../../helpers/upstream.ts';

/** Amazon's own SDK is the truth: of what is sent for the same call, and of what the recorded answers say. */
const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const PIXELS = 'iVBORw0KGgo=';
let upstream: Upstream;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  upstream = await startUpstream();
  client = new BedrockRuntimeClient({
    endpoint: upstream.url,
    region: 'us-east-1',
    token: { token: 'bedrock-api-key' },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
});
afterAll(async () => {
  client.destroy();
  await upstream.close();
});

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const REQUEST: NeutralRequest = {
  model: 'm',
  stream: false,
  choices: 1,
  extras: { guardrailConfig: { guardrailIdentifier: 'gr', guardrailVersion: '2', trace: 'enabled' } },
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is there?' },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXELS } },
        {
          type: 'document',
          filename: 'notes.md',
          source: { kind: 'text', text: '# Notes', mediaType: 'text/markdown' },
          citations: true,
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Look it up.', signature: { family: 'anthropic', value: 'c2ln' } },
        { type: 'reasoning', text: '', signature: { family: 'bedrock', value: 'aGlkZGVu', redacted: true } },
        { type: 'tool-call', id: 'tooluse_1', name: 'look', arguments: '{"city":"Paris"}' },
        { type: 'tool-call', id: 'tooluse_2', name: 'look', arguments: '{"city":"Rome"}' },
      ],
    },
    {
      role: 'tool',
      callId: 'tooluse_1',
      content: [
        { type: 'text', text: 'A tower.' },
        { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: PIXELS } },
      ],
    },
    { role: 'tool', callId: 'tooluse_2', content: [{ type: 'text', text: 'No such city.' }], isError: true },
  ],
  tools: [{ type: 'function', name: 'look', description: 'Looks.', parameters: SCHEMA, strict: true }],
  toolChoice: { type: 'auto' },
  output: { type: 'json_schema', name: 'answer', schema: SCHEMA },
  maxOutputTokens: 4096,
  temperature: 0.5,
  topK: 40,
  stop: ['END'],
  serviceTier: 'flex',
};

const pixels = { image: { format: 'png', source: { bytes: Buffer.from(PIXELS, 'base64') } } } as const;
const SAME: ConverseCommandInput = {
  modelId: `us.${MODEL}`,
  system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { text: 'What is there?' },
        pixels,
        {
          document: {
            format: 'md',
            name: 'notes',
            source: { bytes: Buffer.from('# Notes') },
            citations: { enabled: true },
          },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Look it up.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: Buffer.from('hidden') } },
        { toolUse: { toolUseId: 'tooluse_1', name: 'look', input: { city: 'Paris' } } },
        { toolUse: { toolUseId: 'tooluse_2', name: 'look', input: { city: 'Rome' } } },
      ],
    },
    {
      role: 'user',
      content: [
        { toolResult: { toolUseId: 'tooluse_1', content: [{ text: 'A tower.' }, pixels] } },
        { toolResult: { toolUseId: 'tooluse_2', content: [{ text: 'No such city.' }], status: 'error' } },
      ],
    },
  ],
  toolConfig: {
    tools: [{ toolSpec: { name: 'look', description: 'Looks.', inputSchema: { json: SCHEMA }, strict: true } }],
    toolChoice: { auto: {} },
  },
  inferenceConfig: { maxTokens: 4096, temperature: 0.5, stopSequences: ['END'] },
  additionalModelRequestFields: { top_k: 40 },
  additionalModelResponseFieldPaths: ['/stop_sequence'],
  guardrailConfig: { guardrailIdentifier: 'gr', guardrailVersion: '2', trace: 'enabled' },
  serviceTier: { type: 'flex' },
  outputConfig: {
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(SCHEMA) } },
    },
  },
};

test.each([false, true])('what is sent for a call is what the SDK sends for it (stream: %s)', async (stream) => {
  upstream.respond = (_seen, response) => sendJson(response, 400, '{"message":"no"}');
  upstream.seen.length = 0;
  await (stream ? client.send(new ConverseStreamCommand(SAME)) : client.send(new ConverseCommand(SAME))).catch(
    () => undefined,
  );
  const { path, body } = upstream.seen[0]!;
  const offer = { capabilities: ['structured_output', 'prompt_caching'], maxOutputTokens: 64_000 } as unknown as Offer;
  const target = { model: MODEL, offer, provider: awsBedrock, stream, maxOutputTokens: undefined, cacheMarks: true };
  const written = provider.writeRequest({ ...REQUEST, stream }, target);
  expect(written.body).toEqual(JSON.parse(body.toString('utf8')));
  expect(written.dropped).toEqual([]);
  const pathOf = awsBedrock.formats['bedrock-converse'] as (call: object) => string;
  expect(pathOf({ model: MODEL, stream, settings: { region_prefix: 'us.' } })).toBe(path);
});

test.each(['text', 'tools', 'reasoning', 'stop-sequence', 'length', 'guardrail'])(
  'the SDK reads from the stream %s what we read',
  async (name) => {
    const bytes = fixture(`bedrock/${name}.stream.bin`);
    upstream.respond = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
      response.end(bytes);
    };
    const { stream } = await client.send(new ConverseStreamCommand(SAME));
    const seen = { text: '', thoughts: '', signature: '', input: {} as Record<number, string>, calls: [] as unknown[] };
    let usage: unknown;
    for await (const item of stream!) {
      read(item, seen);
      usage = item.metadata?.usage ?? usage;
    }
    const source = provider.createSource({ model: MODEL });
    const answer = foldAnswer(source.push(bytes));
    const { content } = answer.choices[0]!;
    const ours = { text: '', thoughts: '', signature: '', input: {} as Record<number, string>, calls: [] as unknown[] };
    for (const part of content) {
      if (part.type === 'text') ours.text += part.text;
      if (part.type === 'reasoning') {
        ours.thoughts += part.text;
        if (!part.signature?.redacted) ours.signature += part.signature?.value ?? '';
      }
      if (part.type !== 'tool-call') continue;
      ours.calls.push([part.id, part.name]);
      ours.input[ours.calls.length] = part.arguments;
    }
    expect(ours).toEqual({
      ...seen,
      input: Object.fromEntries(Object.values(seen.input).map((text, at) => [at + 1, text])),
    });
    expect(usage).toMatchObject({
      inputTokens: answer.usage!.input,
      outputTokens: answer.usage!.output,
      ...(answer.usage!.cached > 0 && { cacheReadInputTokens: answer.usage!.cached }),
    });
  },
);

interface Read {
  text: string;
  thoughts: string;
  signature: string;
  input: Record<number, string>;
  calls: unknown[];
}

function read({ contentBlockStart, contentBlockDelta }: ConverseStreamOutput, seen: Read): void {
  const started = contentBlockStart?.start?.toolUse;
  if (started) seen.calls.push([started.toolUseId, started.name]);
  const delta = contentBlockDelta?.delta;
  seen.text += delta?.text ?? '';
  seen.thoughts += delta?.reasoningContent?.text ?? '';
  seen.signature += delta?.reasoningContent?.signature ?? '';
  const index = contentBlockDelta?.contentBlockIndex ?? 0;
  if (delta?.toolUse) seen.input[index] = (seen.input[index] ?? '') + (delta.toolUse.input ?? '');
}
