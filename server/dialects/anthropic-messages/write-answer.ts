import type { JsonObject } from '../lossless.ts';
import type { Answer } from '../neutral/answer.ts';
import { argumentsObject } from '../neutral/arguments-object.ts';
import type { AssistantPart, ReasoningPart } from '../neutral/request.ts';
import { packSignature } from '../neutral/signatures.ts';
import type { AnswerContext, Totals } from '../translation.ts';
import { writeCitation } from './citations.ts';
import { messageOf } from './message.ts';
import { writeStop } from './stop-reasons.ts';
import { writeUsage } from './usage.ts';

/** A whole answer as a Messages body. */
export function writeAnswer(answer: Answer, { usage, cost }: Totals, context: AnswerContext): JsonObject {
  const choice = answer.choices[0];
  const parts = choice?.content ?? [];
  const hidden = context.request.reasoning?.show === false;
  return {
    ...messageOf(answer.id, answer.model, context),
    content: parts.flatMap((part) => blocksOf(part, hidden)),
    ...writeStop({
      reason: choice?.stop,
      stopSequence: choice?.stopSequence,
      called: parts.some(({ type }) => type === 'tool-call'),
      refused: parts.some(({ type }) => type === 'refusal'),
    }),
    usage: { ...writeUsage(usage), ...cost },
  };
}

function blocksOf(part: AssistantPart, hidden: boolean): JsonObject[] {
  switch (part.type) {
    case 'text': {
      if (part.text === '') return [];
      const citations = part.citations?.flatMap((citation) => writeCitation(citation) ?? []) ?? [];
      // No `citations: null`: clients that check what they read take a list or nothing.
      return [{ type: 'text', text: part.text, ...(citations.length > 0 && { citations }) }];
    }
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'audio':
      return part.transcript ? [{ type: 'text', text: part.transcript }] : [];
    case 'reasoning':
      return thinkingOf(part, hidden);
    case 'tool-call': {
      const input = part.custom ? { input: part.arguments } : argumentsObject(part.arguments);
      const call = { type: 'tool_use', id: part.id, name: part.name, input };
      return part.signature
        ? [...thinkingOf({ type: 'reasoning', text: '', signature: part.signature }, true), call]
        : [call];
    }
    case 'native':
      return part.family === 'anthropic' ? [part.value] : [];
    case 'image':
      // An answer in Messages has no place for a picture.
      return [];
  }
}

function thinkingOf({ text, signature }: ReasoningPart, hidden: boolean): JsonObject[] {
  const packed = signature && packSignature({ ...signature, redacted: undefined }, 'anthropic');
  if (packed !== undefined && signature?.redacted) return [{ type: 'redacted_thinking', data: packed }];
  const thinking = hidden ? '' : text;
  if (thinking === '' && packed === undefined) return [];
  return [{ type: 'thinking', thinking, signature: packed ?? '' }];
}
