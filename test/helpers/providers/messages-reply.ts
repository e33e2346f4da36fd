import type { MessagesRequest } from './messages-request.ts';
import { type Reply, type Step, seal, slices } from './scenario.ts';

const STOPS = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use', refusal: 'refusal' } as const;

function usageOf({ usage }: Reply, output: number): object {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: 'standard',
    inference_geo: 'not_available',
  };
}

/** The content of the answer. A refusal has none: only its stop reason tells. */
function blocksOf(reply: Reply): object[] {
  return reply.steps.flatMap((step): object[] => {
    if (step.type === 'text') return [{ type: 'text', text: step.text }];
    if (step.type === 'reasoning')
      return [{ type: 'thinking', thinking: step.text, signature: seal('anthropic', step.text) }];
    return [];
  });
}

function stopOf(reply: Reply): object {
  const refused = reply.stop === 'refusal';
  return {
    stop_reason: STOPS[reply.stop],
    stop_sequence: null,
    ...(refused && { stop_details: { type: 'refusal', category: 'cyber', explanation: refusalOf(reply) } }),
  };
}

function refusalOf({ steps }: Reply): string | null {
  const step = steps.find(({ type }) => type === 'refusal') as Extract<Step, { type: 'refusal' }> | undefined;
  return step?.text ?? null;
}

/** A forced tool is called with what would have been the text: structured output of models without their own. */
export function forced(
  reply: Reply,
  { tool_choice: choice, tools }: Pick<MessagesRequest, 'tool_choice' | 'tools'>,
): Reply {
  if (reply.scenario !== 'structured' || (choice?.type !== 'tool' && choice?.type !== 'any')) return reply;
  const name = choice.type === 'tool' ? choice.name : tools![0]!.name;
  const [step] = reply.steps as [Extract<Step, { type: 'text' }>];
  return { ...reply, steps: [{ type: 'call', id: '1', name, arguments: step.text }], stop: 'calls' };
}

/** A whole answer, as JSON text: arguments keep their digits. */
export function messagesJson(reply: Reply, model: string): string {
  const calls = reply.steps.flatMap((step) =>
    step.type === 'call'
      ? [
          `{"type":"tool_use","id":"toolu_${step.id}","caller":{"type":"direct"},"name":"${step.name}","input":${step.arguments}}`,
        ]
      : [],
  );
  const content = [...blocksOf(reply).map((block) => JSON.stringify(block)), ...calls].join(',');
  const rest = JSON.stringify({ ...stopOf(reply), usage: usageOf(reply, reply.usage.output) });
  return `{"id":"msg_${reply.scenario}","type":"message","role":"assistant","model":"${model}","content":[${content}],${rest.slice(1)}`;
}

/** The frames of a stream, `event:` lines and pings included. */
export function* messagesFrames(reply: Reply, model: string): Generator<string> {
  const frame = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const message = { id: `msg_${reply.scenario}`, type: 'message', role: 'assistant', model, content: [] };
  yield frame('message_start', {
    message: { ...message, stop_reason: null, stop_sequence: null, usage: usageOf(reply, 1) },
  });
  let index = 0;
  for (const step of reply.steps) {
    if (step.type === 'refusal') continue;
    const delta = (each: object) => frame('content_block_delta', { index, delta: each });
    yield frame('content_block_start', { index, content_block: startOf(step) });
    if (index === 0) yield frame('ping', {});
    if (step.type === 'text') for (const piece of slices(step.text)) yield delta({ type: 'text_delta', text: piece });
    if (step.type === 'reasoning') {
      for (const piece of slices(step.text)) yield delta({ type: 'thinking_delta', thinking: piece });
      yield delta({ type: 'signature_delta', signature: seal('anthropic', step.text) });
    }
    if (step.type === 'call') {
      yield delta({ type: 'input_json_delta', partial_json: '' });
      for (const piece of slices(step.arguments)) yield delta({ type: 'input_json_delta', partial_json: piece });
    }
    if (reply.fault) break;
    yield frame('content_block_stop', { index });
    index++;
  }
  if (reply.fault) {
    if (reply.fault === 'error')
      yield frame('error', {
        error: { type: 'overloaded_error', message: 'The double broke.' },
        request_id: 'req_double',
      });
    return;
  }
  yield frame('message_delta', { delta: stopOf(reply), usage: usageOf(reply, reply.usage.output) });
  yield frame('message_stop', {});
}

function startOf(step: Step): object {
  if (step.type === 'call')
    return { type: 'tool_use', id: `toolu_${step.id}`, name: step.name, input: {}, caller: { type: 'direct' } };
  return step.type === 'reasoning' ? { type: 'thinking', thinking: '', signature: '' } : { type: 'text', text: '' };
}
