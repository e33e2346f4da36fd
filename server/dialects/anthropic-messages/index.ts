import { checkMessages, invalid, readBoolean, readCount, readModel } from '../body-checks.ts';
import { sessionInMessages } from '../body-session.ts';
import type { Dialect } from '../dialect.ts';
import { EXTENSIONS, readExtensions } from '../extensions.ts';
import { type Change, memberValue } from '../json-scan.ts';
import { leastCachedLength } from '../neutral/cache-marks.ts';
import { cacheChanges } from './cache-splice.ts';
import { errorEnvelope } from './errors.ts';
import { refuseFastMode } from './fast-mode.ts';
import { hasForeignParts } from './foreign-parts.ts';
import { takesSystemInside } from './models.ts';
import { readAnswer } from './read-answer.ts';
import { readRequest } from './read-request.ts';
import { MessagesReader } from './reader.ts';
import { MessagesSource } from './source.ts';
import { messagesFailure, messagesUsage } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';
import { fittingThinking } from './write-thinking.ts';
import { MessagesWriter } from './writer.ts';

/** Anthropic Messages. Source: the Anthropic API reference, "Create a Message", its streaming events and errors. */
export const anthropicMessages: Dialect = {
  format: 'anthropic-messages',

  read(scan) {
    const model = readModel(scan);
    const limit = readCount(scan, 'max_tokens');
    if (limit === undefined) throw invalid('max_tokens', 'Missing required parameter: max_tokens.');
    checkMessages(scan);
    const place = memberValue(scan, 'inference_geo');
    const session = sessionInMessages(scan);
    return {
      model,
      stream: readBoolean(scan, 'stream'),
      choices: 1,
      maxOutputTokens: limit,
      wantsUsageChunk: true,
      textBytes: scan.textBytes,
      ...readExtensions(scan, model),
      ...(typeof place === 'string' && { place }),
      ...(session !== undefined && { session }),
    };
  },

  rewrite(scan, _facts, { model, provider, offer, maxOutputTokens, cacheMarks, isForeign }) {
    refuseFastMode(memberValue(scan, 'speed'), offer);
    if (isForeign || hasForeignParts(scan, takesSystemInside(model, provider))) return undefined;
    const rules = { enabled: cacheMarks, leastLength: leastCachedLength(model) };
    // Only Claude has to be asked to cache.
    const marks = !cacheMarks || model.includes('claude') ? cacheChanges(scan, rules) : [];
    const edits = new Map<string, Change>([...marks, ['model', JSON.stringify(model)]]);
    for (const key of EXTENSIONS) edits.set(key, null);
    if (maxOutputTokens !== undefined) {
      edits.set('max_tokens', String(maxOutputTokens));
      const thinking = fittingThinking(memberValue(scan, 'thinking'), maxOutputTokens);
      if (thinking) edits.set('thinking', JSON.stringify(thinking));
    }
    return edits;
  },

  usage: messagesUsage,
  usageText: ({ input, output }) => JSON.stringify({ input_tokens: input, output_tokens: output }),

  isAnswer: (body) => body.includes('"content"'),

  createReader: (_facts, hooks, maxOutputTokens, inputTokens) =>
    new MessagesReader(hooks, maxOutputTokens, inputTokens),

  failure: messagesFailure,

  errorBody: (error, requestId) => JSON.stringify(errorEnvelope(error, requestId)),

  errorFrame: (error, requestId) => `event: error\ndata: ${JSON.stringify(errorEnvelope(error, requestId))}\n\n`,

  caller: {
    format: 'anthropic-messages',
    readRequest,
    createWriter: (context) => new MessagesWriter(context),
    writeAnswer,
  },

  provider: {
    format: 'anthropic-messages',
    writeRequest,
    readAnswer,
    createSource: () => new MessagesSource(),
    failure: messagesFailure,
  },
};
