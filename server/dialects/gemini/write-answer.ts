import type { JsonObject } from '../lossless.ts';
import type { Answer, AnswerChoice } from '../neutral/answer.ts';
import type { AnswerContext, Totals } from '../translation.ts';
import { writeFinishReason } from './finish-reasons.ts';
import { writeGrounding } from './grounding.ts';
import { writeLogprobs } from './logprobs.ts';
import { usageMetadata } from './usage.ts';
import { writeParts } from './write-parts.ts';

/** A whole answer as a `GenerateContentResponse`. */
export function writeAnswer(answer: Answer, { usage, cost }: Totals, context: AnswerContext): JsonObject {
  const thoughts = showsThoughts(context);
  return {
    candidates: answer.choices.map((choice, index) => candidateOf(choice, index, thoughts)),
    usageMetadata: { ...usageMetadata(usage), ...cost },
    modelVersion: answer.model || context.facts.model,
    createTime: new Date(context.created * 1000).toISOString(),
    responseId: answer.id || context.requestId,
  };
}

/** Google tells thoughts only to those who ask for them: others would take them for the answer. */
export function showsThoughts({ request }: Pick<AnswerContext, 'request'>): boolean {
  return request.reasoning?.show === true;
}

function candidateOf(choice: AnswerChoice, index: number, thoughts: boolean): JsonObject {
  const parts = writeParts(choice.content, thoughts);
  const grounding = writeGrounding(
    choice.content.flatMap((part) =>
      part.type === 'text' && part.citations ? [{ text: part.text, citations: part.citations }] : [],
    ),
  );
  return {
    // an answer without parts is an error to Google's own clients
    content: { parts: parts.length > 0 ? parts : [{ text: '' }], role: 'model' },
    finishReason: writeFinishReason(
      choice.stop,
      choice.content.some(({ type }) => type === 'refusal'),
    ),
    ...(grounding && { groundingMetadata: grounding }),
    ...writeLogprobs(choice.logprobs?.content ?? []),
    index,
  };
}
