import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { BedrockRequest } from './bedrock-request.ts';
import { type Reply, type Step, seal, slices } from './scenario.ts';

const STOPS = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use', refusal: 'content_filtered' } as const;
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

function usageOf({ usage }: Reply): object {
  const { input, cached, output } = usage;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + cached + output,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}

/** A forced tool is called with what would have been the text: structured output of models without their own. */
export function forcedTool(reply: Reply, { toolConfig }: BedrockRequest): Reply {
  const choice = toolConfig?.toolChoice;
  if (reply.scenario !== 'structured' || !choice || 'auto' in choice) return reply;
  const [first] = toolConfig.tools;
  const name = 'tool' in choice ? choice.tool.name : 'toolSpec' in first! ? first.toolSpec.name : '';
  const [step] = reply.steps as [Extract<Step, { type: 'text' }>];
  return { ...reply, steps: [{ type: 'call', id: '1', name, arguments: step.text }], stop: 'calls' };
}

/** A whole answer, as JSON text: arguments keep their digits. */
export function bedrockJson(reply: Reply): string {
  const content = reply.steps.flatMap((step) => {
    if (step.type === 'text') return [JSON.stringify({ text: step.text })];
    if (step.type === 'reasoning')
      return [
        JSON.stringify({
          reasoningContent: { reasoningText: { text: step.text, signature: seal('bedrock', step.text) } },
        }),
      ];
    if (step.type === 'call')
      return [`{"toolUse":{"toolUseId":"tooluse_${step.id}","name":"${step.name}","input":${step.arguments}}}`];
    return [];
  });
  const rest = JSON.stringify({ stopReason: STOPS[reply.stop], usage: usageOf(reply), metrics: { latencyMs: 12 } });
  return `{"output":{"message":{"role":"assistant","content":[${content.join(',')}]}},${rest.slice(1)}`;
}

function message(headers: Record<string, string>, data: object): Buffer {
  return Buffer.from(
    codec.encode({
      headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, { type: 'string', value }])),
      body: Buffer.from(JSON.stringify(data)),
    }),
  );
}

function event(type: string, data: object): Buffer {
  // Bedrock pads its events so that their size does not tell the text's.
  const p = 'abcdefghijklmnopqrstuvwxyz'.slice(0, 3 + (type.length % 20));
  return message(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    { ...data, p },
  );
}

/** The frames of a stream in AWS's event-stream encoding. */
export function* bedrockFrames(reply: Reply): Generator<Buffer> {
  yield event('messageStart', { role: 'assistant' });
  let contentBlockIndex = 0;
  for (const step of reply.steps) {
    if (step.type === 'refusal') continue;
    const delta = (each: object) => event('contentBlockDelta', { contentBlockIndex, delta: each });
    if (step.type === 'text') for (const text of slices(step.text)) yield delta({ text });
    if (step.type === 'reasoning') {
      for (const text of slices(step.text)) yield delta({ reasoningContent: { text } });
      yield delta({ reasoningContent: { signature: seal('bedrock', step.text) } });
    }
    if (step.type === 'call') {
      const start = { toolUse: { toolUseId: `tooluse_${step.id}`, name: step.name } };
      yield event('contentBlockStart', { contentBlockIndex, start });
      for (const input of slices(step.arguments)) yield delta({ toolUse: { input } });
    }
    if (reply.fault) break;
    yield event('contentBlockStop', { contentBlockIndex });
    contentBlockIndex++;
  }
  if (reply.fault) {
    if (reply.fault === 'error')
      yield message(
        {
          ':exception-type': 'modelStreamErrorException',
          ':content-type': 'application/json',
          ':message-type': 'exception',
        },
        { message: 'The double broke.' },
      );
    return;
  }
  yield event('messageStop', { stopReason: STOPS[reply.stop] });
  yield event('metadata', { usage: usageOf(reply), metrics: { latencyMs: 12 } });
}
