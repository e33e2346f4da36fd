import { type Reply, type Step, seal, slices } from './scenario.ts';

const STOPS = { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP', refusal: 'SAFETY' } as const;

function usageOf({ usage }: Reply): object {
  const prompt = usage.input + usage.cached;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: usage.output - usage.reasoning,
    totalTokenCount: prompt + usage.output,
    cachedContentTokenCount: usage.cached,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    cacheTokensDetails: [{ modality: 'TEXT', tokenCount: usage.cached }],
    ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
  };
}

/** Parts as JSON text: arguments keep their digits. Only the first call of an answer is signed; calls have no ids. */
function partsOf(steps: readonly Step[]): string[] {
  const first = steps.find(({ type }) => type === 'call');
  return steps.flatMap((step) => {
    if (step.type === 'text') return [JSON.stringify({ text: step.text })];
    if (step.type === 'reasoning') return [JSON.stringify({ text: step.text, thought: true })];
    if (step.type === 'refusal') return [];
    const proof = seal('google', step.name + JSON.stringify(JSON.parse(step.arguments)));
    const signature = step === first ? `,"thoughtSignature":"${proof}"` : '';
    return [`{"functionCall":{"name":"${step.name}","args":${step.arguments}}${signature}}`];
  });
}

function chunk(reply: Reply, model: string, parts: readonly string[], finish: string | undefined): string {
  const content = `"content":{${parts.length > 0 ? `"parts":[${parts.join(',')}],` : ''}"role":"model"}`;
  const end = finish ? `,"finishReason":"${finish}"` : '';
  return `{"candidates":[{${content}${end},"index":0}],"usageMetadata":${JSON.stringify(usageOf(reply))},"modelVersion":"${model}","responseId":"resp-${reply.scenario}"}`;
}

/** A whole answer, as JSON text. Thoughts are shown only when they were asked for. */
export function geminiJson(reply: Reply, model: string, thoughts: boolean): string {
  return chunk(reply, model, partsOf(shown(reply, thoughts)), STOPS[reply.stop]);
}

/** The frames of a stream, with CRLF as Google sends them; a call stands whole in its chunk, the finish in one after it. */
export function* geminiFrames(reply: Reply, model: string, thoughts: boolean): Generator<string> {
  const frame = (text: string) => `data: ${text}\r\n\r\n`;
  const steps = shown(reply, thoughts);
  const calls = steps.filter(({ type }) => type === 'call');
  for (const step of steps) {
    if (step.type !== 'text' && step.type !== 'reasoning') continue;
    for (const text of slices(step.text, 40)) yield frame(chunk(reply, model, partsOf([{ ...step, text }]), undefined));
  }
  if (calls.length > 0) yield frame(chunk(reply, model, partsOf(calls), undefined));
  if (reply.fault) {
    if (reply.fault === 'error')
      yield frame(JSON.stringify({ error: { code: 503, message: 'The double broke.', status: 'UNAVAILABLE' } }));
    return;
  }
  yield frame(chunk(reply, model, reply.stop === 'refusal' ? [] : [JSON.stringify({ text: '' })], STOPS[reply.stop]));
}

function shown({ steps }: Reply, thoughts: boolean): readonly Step[] {
  return thoughts ? steps : steps.filter(({ type }) => type !== 'reasoning');
}
