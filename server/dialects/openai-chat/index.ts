import { errorEnvelope } from '../../../shared/errors.ts';
import type { Dialect } from '../dialect.ts';
import { readRequest as readResponsesRequest } from '../openai-responses/read-request.ts';
import type { CallerSide, ProviderSide } from '../translation.ts';
import { read } from './read.ts';
import { readAnswer } from './read-answer.ts';
import { readRequest } from './read-request.ts';
import { ChatReader } from './reader.ts';
import { rewrite } from './rewrite.ts';
import { ChatSource } from './source.ts';
import { chatFailure, chatUsage, chatUsageText } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';
import { ChatWriter } from './writer.ts';

export const caller: CallerSide = {
  format: 'openai-chat',
  readRequest: (body, facts) =>
    facts.shape === 'responses' ? readResponsesRequest(body, facts) : readRequest(body, facts),
  createWriter: (context) => new ChatWriter(context),
  writeAnswer,
};

export const provider: ProviderSide = {
  format: 'openai-chat',
  writeRequest,
  readAnswer,
  createSource: () => new ChatSource(),
  failure: chatFailure,
};

/** OpenAI chat completions. Source: the OpenAI API reference, "Create chat completion" and its streaming events. */
export const openaiChat: Dialect = {
  format: 'openai-chat',
  read,
  rewrite,
  usage: chatUsage,
  usageText: chatUsageText,
  isAnswer: (body) => body.includes('"choices"'),
  createReader: (facts, hooks, maxOutputTokens, inputTokens) =>
    new ChatReader(facts, hooks, maxOutputTokens, inputTokens),
  failure: chatFailure,
  errorBody: (error) => JSON.stringify(errorEnvelope(error)),
  errorFrame: (error) => `data: ${JSON.stringify(errorEnvelope(error))}\n\n`,
  caller,
  provider,
};
