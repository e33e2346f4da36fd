import type { JsonObject } from '../lossless.ts';
import type { Answer, AnswerChoice, Signature } from '../neutral/answer.ts';
import { flatName, inputOf, toolNamed } from '../neutral/foreign-tools.ts';
import type { AssistantPart, NeutralRequest, ReasoningPart, TextPart, ToolCallPart } from '../neutral/request.ts';
import type { AnswerContext, Totals } from '../translation.ts';
import { writeAnnotation } from './annotations.ts';
import { imageOf } from './choice-writer.ts';
import { writeReasoning, writeSignature } from './extra-content.ts';
import { writeFinish } from './finish-reasons.ts';
import { chatUsageObject } from './usage.ts';
import { chatId } from './writer.ts';

/** A whole answer as a chat completion. */
export function writeAnswer(answer: Answer, totals: Totals, context: AnswerContext): JsonObject {
  const { facts, request, requestId, created } = context;
  const legacy = facts.legacyFunctions === true;
  return {
    id: chatId(answer.id || requestId),
    object: 'chat.completion',
    created: answer.created ?? created,
    model: answer.model || facts.model,
    choices: answer.choices.map((choice, index) => writeChoice(choice, index, request, legacy)),
    usage: chatUsageObject(totals.usage, totals.cost),
    ...(answer.tier !== undefined && { service_tier: answer.tier }),
  };
}

function writeChoice(choice: AnswerChoice, index: number, request: NeutralRequest, legacy: boolean): JsonObject {
  const { content, stop, logprobs } = choice;
  const calls = partsOf(content, 'tool-call');
  const reason = writeFinish(
    stop,
    calls.length > 0,
    content.some(({ type }) => type === 'refusal'),
  );
  return {
    index,
    message: writeMessage(content, request, legacy),
    logprobs: logprobs ? { content: orNull(logprobs.content), refusal: orNull(logprobs.refusal) } : null,
    finish_reason: legacy && reason === 'tool_calls' ? 'function_call' : reason,
  };
}

function writeMessage(content: readonly AssistantPart[], request: NeutralRequest, legacy: boolean): JsonObject {
  const texts = partsOf(content, 'text');
  const refusal = joined(partsOf(content, 'refusal'));
  const calls = partsOf(content, 'tool-call');
  const images = partsOf(content, 'image').flatMap(({ source }) => (source.kind === 'base64' ? [imageOf(source)] : []));
  const [thoughts, signature] = signedThoughts(content);
  const reasoning = joined(thoughts);
  const annotations = annotationsOf(texts);
  const extra = writeReasoning(thoughts, signature);
  return {
    role: 'assistant',
    content: texts.length > 0 || (calls.length === 0 && refusal === '') ? joined(texts) : null,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning !== '' && { reasoning }),
    ...(calls.length > 0 && writeCalls(calls, request, legacy)),
    ...(annotations.length > 0 && { annotations }),
    ...(images.length > 0 && { images }),
    ...audioOf(content),
    ...(extra && { extra_content: extra }),
  };
}

/** The thoughts, and the signature that the text carries: Google's with no thought to it. */
function signedThoughts(content: readonly AssistantPart[]): [ReasoningPart[], Signature | undefined] {
  const all = partsOf(content, 'reasoning');
  const thoughts = all.filter((part) => !signsText(part));
  const onText = partsOf(content, 'text').findLast((part) => part.signature);
  return [thoughts, (all.findLast(signsText) ?? onText)?.signature];
}

function signsText({ text, signature }: ReasoningPart): boolean {
  return text === '' && signature?.family === 'google' && !signature.redacted;
}

function writeCalls(calls: readonly ToolCallPart[], request: NeutralRequest, legacy: boolean): JsonObject {
  if (legacy) return { function_call: { name: calls[0]!.name, arguments: calls[0]!.arguments } };
  return { tool_calls: calls.map((call) => writeCall(call, request)) };
}

/** A free-form tool that a foreign model was told of as a function comes back as what it is. */
function writeCall(call: ToolCallPart, { tools }: Pick<NeutralRequest, 'tools'>): JsonObject {
  const { id, signature, custom } = call;
  const name = flatName(call);
  const told = !custom && toolNamed(tools, name)?.type === 'custom';
  return {
    id,
    ...(custom || told
      ? { type: 'custom', custom: { name, input: told ? inputOf(call.arguments) : call.arguments } }
      : { type: 'function', function: { name, arguments: call.arguments } }),
    ...(signature && { extra_content: writeSignature(signature) }),
  };
}

function annotationsOf(texts: readonly TextPart[]): JsonObject[] {
  let offset = 0;
  return texts.flatMap(({ text, citations = [] }) => {
    const start = offset;
    offset += text.length;
    return citations
      .map((citation) => writeAnnotation(citation, start))
      .filter((annotation) => annotation !== undefined);
  });
}

function audioOf(content: readonly AssistantPart[]): JsonObject {
  const [audio] = partsOf(content, 'audio');
  if (audio?.source.kind !== 'base64') return {};
  const { id, expiresAt, source, transcript = '' } = audio;
  return {
    audio: {
      ...(id !== undefined && { id }),
      data: source.data,
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
      transcript,
    },
  };
}

function partsOf<T extends AssistantPart['type']>(
  content: readonly AssistantPart[],
  type: T,
): Extract<AssistantPart, { type: T }>[] {
  return content.filter((part): part is Extract<AssistantPart, { type: T }> => part.type === type);
}

function joined(parts: readonly { text: string }[]): string {
  return parts.map(({ text }) => text).join('');
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length > 0 ? list : null;
}
