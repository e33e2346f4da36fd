import { type Reply, slices } from './scenario.ts';

const STOPS = { stop: 'stop', length: 'length', calls: 'tool_calls', refusal: 'stop' } as const;
const CREATED = 1_790_000_000;

/** How a provider of this format differs from OpenAI: it thinks aloud, under this name. */
export interface ChatManner {
  thoughts?: 'reasoning_content' | 'reasoning';
}

function usageOf({ usage }: Reply): object {
  const prompt = usage.input + usage.cached;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function joined(reply: Reply, type: 'text' | 'refusal' | 'reasoning'): string | null {
  const texts = reply.steps.flatMap((step) => (step.type === type ? [step.text] : []));
  return texts.length > 0 ? texts.join('') : null;
}

/** A whole answer. */
export function chatJson(reply: Reply, model: string, { thoughts }: ChatManner): object {
  const calls = reply.steps.flatMap((step) =>
    step.type === 'call'
      ? [{ id: `call_${step.id}`, type: 'function', function: { name: step.name, arguments: step.arguments } }]
      : [],
  );
  const reasoning = thoughts && joined(reply, 'reasoning');
  return {
    id: `chatcmpl-${reply.scenario}`,
    object: 'chat.completion',
    created: CREATED,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: joined(reply, 'text'),
          refusal: joined(reply, 'refusal'),
          annotations: [],
          ...(reasoning && { [thoughts]: reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: STOPS[reply.stop],
      },
    ],
    usage: usageOf(reply),
    service_tier: 'default',
    system_fingerprint: 'fp_double',
  };
}

/** The frames of a stream. Calls start one by one; then their arguments come in turn, as several providers send them. */
export function* chatFrames(reply: Reply, model: string, manner: ChatManner, wantsUsage: boolean): Generator<string> {
  const frame = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({
      id: `chatcmpl-${reply.scenario}`,
      object: 'chat.completion.chunk',
      created: CREATED,
      model,
      service_tier: 'default',
      system_fingerprint: 'fp_double',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(wantsUsage && { usage: null }),
    })}\n\n`;
  yield frame({ role: 'assistant', content: '', refusal: null });
  for (const step of reply.steps) {
    if (step.type === 'call') continue;
    const key = step.type === 'text' ? 'content' : step.type === 'refusal' ? 'refusal' : manner.thoughts;
    if (key) for (const piece of slices(step.text)) yield frame({ [key]: piece });
  }
  const calls = reply.steps.filter((step) => step.type === 'call');
  for (const [index, { id, name }] of calls.entries()) {
    yield frame({ tool_calls: [{ index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } }] });
  }
  const pieces = calls.map(({ arguments: text }) => slices(text));
  for (let turn = 0; turn < Math.max(0, ...pieces.map(({ length }) => length)); turn++) {
    for (const [index, mine] of pieces.entries()) {
      if (mine[turn] !== undefined) yield frame({ tool_calls: [{ index, function: { arguments: mine[turn] } }] });
    }
  }
  if (reply.fault) {
    if (reply.fault === 'error')
      yield `data: ${JSON.stringify({ error: { message: 'The double broke.', type: 'server_error', param: null, code: null } })}\n\n`;
    return;
  }
  yield frame({}, STOPS[reply.stop]);
  if (wantsUsage)
    yield `data: ${JSON.stringify({ id: `chatcmpl-${reply.scenario}`, object: 'chat.completion.chunk', created: CREATED, model, choices: [], usage: usageOf(reply) })}\n\n`;
  yield 'data: [DONE]\n\n';
}
