import { keep, type ResponsesRequest } from './responses-request.ts';
import { type Reply, type Step, seal, slices } from './scenario.ts';

const CREATED = 1_790_000_000;

/** What the caller asked to be told of its thoughts. */
interface Shown {
  summary: boolean;
  sealed: boolean;
}

function shownOf(request: ResponsesRequest): Shown {
  return {
    summary: request.reasoning?.summary != null,
    sealed: request.include?.includes('reasoning.encrypted_content') ?? false,
  };
}

function itemsOf(reply: Reply, shown: Shown): Record<string, unknown>[] {
  const last = reply.steps.length - 1;
  return reply.steps.map((step, index) =>
    itemOf(step, `${reply.scenario}_${reply.usage.input}_${index}`, shown, reply.stop === 'length' && index === last),
  );
}

function itemOf(step: Step, id: string, shown: Shown, cut: boolean): Record<string, unknown> {
  const status = cut ? 'incomplete' : 'completed';
  if (step.type === 'reasoning') {
    // What is sealed is what was shown: the double has no other place to remember it.
    const text = shown.summary ? step.text : '';
    return {
      id: `rs_${id}`,
      type: 'reasoning',
      ...(shown.sealed && { encrypted_content: seal('openai', text) }),
      summary: shown.summary ? [{ type: 'summary_text', text }] : [],
    };
  }
  if (step.type === 'call')
    return {
      id: `fc_${id}`,
      type: 'function_call',
      status,
      arguments: step.arguments,
      call_id: `call_${step.id}`,
      name: step.name,
    };
  const part =
    step.type === 'text'
      ? { type: 'output_text', annotations: [], logprobs: [], text: step.text }
      : { type: 'refusal', refusal: step.text };
  return { id: `msg_${id}`, type: 'message', status, content: [part], role: 'assistant' };
}

function envelope(reply: Reply, request: ResponsesRequest, status: string, more: object): Record<string, unknown> {
  return {
    // one for each turn, as the real ones are
    id: `resp_${reply.scenario}_${Array.isArray(request.input) ? request.input.length : 0}`,
    object: 'response',
    created_at: CREATED,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    model: request.model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    service_tier: 'default',
    store: request.store ?? true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: request.metadata ?? {},
    ...more,
  };
}

function ending(reply: Reply, request: ResponsesRequest): Record<string, unknown> {
  const { input, cached, output, reasoning } = reply.usage;
  const cut = reply.stop === 'length';
  const items = itemsOf(reply, shownOf(request));
  keep(request, items);
  return envelope(reply, request, cut ? 'incomplete' : 'completed', {
    output: items,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    completed_at: cut ? null : CREATED + 1,
    usage: {
      input_tokens: input + cached,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + cached + output,
    },
  });
}

/** A whole answer. */
export function responsesJson(reply: Reply, request: ResponsesRequest): object {
  return ending(reply, request);
}

/** The events of a stream, numbered. */
export function* responsesFrames(reply: Reply, request: ResponsesRequest): Generator<string> {
  let sequence = 0;
  const frame = (type: string, data: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...data })}\n\n`;
  const begun = envelope(reply, request, 'in_progress', {});
  yield frame('response.created', { response: begun });
  yield frame('response.in_progress', { response: begun });
  const items = itemsOf(reply, shownOf(request));
  for (const [output_index, step] of reply.steps.entries()) {
    yield* itemFrames(step, items[output_index]!, output_index, frame);
    if (reply.fault) break;
  }
  if (reply.fault) {
    if (reply.fault === 'error')
      yield frame('error', { code: 'server_error', message: 'The double broke.', param: null });
    return;
  }
  yield frame(reply.stop === 'length' ? 'response.incomplete' : 'response.completed', {
    response: ending(reply, request),
  });
}

type Frame = (type: string, data: object) => string;

function* itemFrames(step: Step, item: Record<string, unknown>, output_index: number, frame: Frame): Generator<string> {
  const at = { item_id: item.id, output_index };
  if (step.type === 'call') {
    yield frame('response.output_item.added', {
      output_index,
      item: { ...item, status: 'in_progress', arguments: '' },
    });
    for (const delta of slices(step.arguments)) yield frame('response.function_call_arguments.delta', { ...at, delta });
    yield frame('response.function_call_arguments.done', { ...at, arguments: step.arguments });
  } else if (step.type === 'reasoning') {
    yield frame('response.output_item.added', { output_index, item: { id: item.id, type: 'reasoning', summary: [] } });
    for (const [summary_index, part] of (item.summary as { text: string }[]).entries()) {
      const where = { ...at, summary_index };
      yield frame('response.reasoning_summary_part.added', { ...where, part: { type: 'summary_text', text: '' } });
      for (const delta of slices(part.text)) yield frame('response.reasoning_summary_text.delta', { ...where, delta });
      yield frame('response.reasoning_summary_text.done', { ...where, text: part.text });
      yield frame('response.reasoning_summary_part.done', { ...where, part });
    }
  } else {
    const [part] = item.content as [object];
    const where = { ...at, content_index: 0 };
    const kind = step.type === 'text' ? 'output_text' : 'refusal';
    const empty = { ...part, [step.type === 'text' ? 'text' : 'refusal']: '' };
    yield frame('response.output_item.added', { output_index, item: { ...item, status: 'in_progress', content: [] } });
    yield frame('response.content_part.added', { ...where, part: empty });
    const more = step.type === 'text' ? { logprobs: [] } : {};
    for (const delta of slices(step.text)) yield frame(`response.${kind}.delta`, { ...where, delta, ...more });
    yield frame(`response.${kind}.done`, {
      ...where,
      [step.type === 'text' ? 'text' : 'refusal']: step.text,
      ...more,
    });
    yield frame('response.content_part.done', { ...where, part });
  }
  yield frame('response.output_item.done', { output_index, item });
}
