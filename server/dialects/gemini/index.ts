import type { Dialect } from '../dialect.ts';
import { EXTENSIONS } from '../extensions.ts';
import { findMember, type Scan } from '../json-scan.ts';
import { type JsonObject, parseObject, toJson } from '../lossless.ts';
import type { CallerSide, ProviderSide } from '../translation.ts';
import { errorEnvelope, geminiFailure } from './errors.ts';
import { searchesIn } from './grounding.ts';
import { readAnswer } from './read-answer.ts';
import { configMember, readFacts } from './read-facts.ts';
import { readRequest } from './read-request.ts';
import { GeminiReader } from './reader.ts';
import { GeminiSource } from './source.ts';
import { eventFrame, wantsArray } from './stream-framing.ts';
import { geminiUsage, usageMetadata } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';
import { GeminiWriter } from './writer.ts';

const caller: CallerSide = {
  format: 'gemini',
  readRequest,
  createWriter: (context) => new GeminiWriter(context),
  writeAnswer,
};

const provider: ProviderSide = {
  format: 'gemini',
  writeRequest,
  readAnswer,
  createSource: () => new GeminiSource(),
  failure: geminiFailure,
};

/** Gemini's own API. Source: the Gemini API reference, "Generating content", and Vertex AI's "Generate content". */
export const gemini: Dialect = {
  format: 'gemini',
  usageMember: 'usageMetadata',

  read: readFacts,

  rewrite(scan, _facts, { maxOutputTokens, isForeign }) {
    if (isForeign) return undefined;
    // which model it is, the path says
    const edits = new Map<string, string | null>([['model', null]]);
    for (const key of EXTENSIONS) edits.set(key, null);
    if (maxOutputTokens !== undefined) {
      const member = configMember(scan);
      const config = objectIn(scan, member);
      // of two spellings the other must not win
      delete config.max_output_tokens;
      edits.set(member, toJson({ ...config, maxOutputTokens }));
    }
    return edits;
  },

  usage: geminiUsage,
  usageText: (usage) => JSON.stringify(usageMetadata(usage)),

  searches(body) {
    const answer = body.includes('"webSearchQueries"') ? parseObject(body.toString('utf8')) : undefined;
    return answer ? searchesIn(answer) : 0;
  },

  isAnswer: (body) => body.includes('"candidates"') || body.includes('"promptFeedback"'),

  createReader: (facts, hooks, maxOutputTokens, inputTokens) =>
    new GeminiReader(facts, hooks, maxOutputTokens, inputTokens),

  streamType: (facts) => (wantsArray(facts) ? 'application/json; charset=utf-8' : 'text/event-stream; charset=utf-8'),

  failure: geminiFailure,

  errorBody: (error, requestId) => JSON.stringify(errorEnvelope(error, requestId)),

  errorFrame(error, requestId, facts) {
    const json = JSON.stringify(errorEnvelope(error, requestId));
    return facts && wantsArray(facts) ? `,\r\n${json}\r\n]\r\n` : eventFrame(json);
  },

  caller,
  provider,
};

function objectIn(scan: Scan, key: string): JsonObject {
  const member = findMember(scan, key);
  return (member && parseObject(scan.bytes.toString('utf8', member.valueStart, member.valueEnd))) ?? {};
}
