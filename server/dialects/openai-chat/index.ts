import { errorEnvelope } from '../../../shared/errors.ts';
import { checkMessages, invalid, readBoolean, readCount, readModel, readObject } from '../body-checks.ts';
import type { Dialect } from '../dialect.ts';
import { splice } from '../json-scan.ts';
import { ChatReader } from './reader.ts';
import { chatFailure, chatUsage, chatUsageText } from './usage.ts';

/** Members of a body that are ours and that no provider knows. */
const EXTENSIONS = ['routing', 'free_models_only', 'no_reasoning', 'plugins'] as const;
const LIMITS = ['max_completion_tokens', 'max_tokens'] as const;
const ROUTINGS = ['auto', 'price', 'throughput', 'latency'];

/** OpenAI chat completions. Source: the OpenAI API reference, "Create chat completion" and its streaming events. */
export const openaiChat: Dialect = {
  format: 'openai-chat',

  read(scan) {
    const model = readModel(scan);
    checkMessages(scan);
    const limits = LIMITS.map((key) => readCount(scan, key)).filter((limit) => limit !== undefined);
    const choices = readCount(scan, 'n') ?? 1;
    if (choices > 128) throw invalid('n', 'n must be at most 128.');
    const options = readObject(scan, 'stream_options');
    const stream = readBoolean(scan, 'stream');
    if (options && !stream) throw invalid('stream_options', 'stream_options is only allowed when stream is true.');
    for (const key of ['free_models_only', 'no_reasoning']) readBoolean(scan, key);
    checkRouting(scan);
    return {
      model,
      stream,
      choices,
      maxOutputTokens: limits.length > 0 ? Math.min(...limits) * choices : undefined,
      wantsUsageChunk: options?.include_usage === true,
      textBytes: scan.textBytes,
    };
  },

  rewrite(scan, facts, changes) {
    const edits = new Map<string, string | null>([['model', JSON.stringify(changes.model)]]);
    for (const key of EXTENSIONS) edits.set(key, null);
    if (facts.stream && !facts.wantsUsageChunk) {
      edits.set('stream_options', JSON.stringify({ ...readObject(scan, 'stream_options'), include_usage: true }));
    }
    if (changes.maxOutputTokens !== undefined) {
      const named = LIMITS.filter((key) => readCount(scan, key) !== undefined);
      const fields = named.length > 0 ? named : [changes.provider.outputLimitField];
      for (const key of fields) edits.set(key, String(changes.maxOutputTokens));
    }
    return splice(scan, edits);
  },

  usage: chatUsage,
  usageText: chatUsageText,

  isAnswer: (body) => body.includes('"choices"'),

  createReader: (facts, hooks, maxOutputTokens, inputTokens) =>
    new ChatReader(facts, hooks, maxOutputTokens, inputTokens),

  failure: chatFailure,

  errorBody: (error) => JSON.stringify(errorEnvelope(error)),

  errorFrame: (error) => `data: ${JSON.stringify(errorEnvelope(error))}\n\n`,
};

function checkRouting(scan: Parameters<Dialect['read']>[0]): void {
  const member = scan.members.find(({ key }) => key === 'routing');
  if (!member) return;
  const text = scan.bytes.toString('utf8', member.valueStart, member.valueEnd);
  if (!ROUTINGS.some((name) => text === `"${name}"`))
    throw invalid('routing', `routing must be one of ${ROUTINGS.join(', ')}.`);
}
