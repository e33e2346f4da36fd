import { errorEnvelope } from '../../../shared/errors.ts';
import { invalid, readBoolean, readCount, readModel, readObject } from '../body-checks.ts';
import { sessionInOpenAi } from '../body-session.ts';
import type { Dialect } from '../dialect.ts';
import { EXTENSIONS, readExtensions } from '../extensions.ts';
import { findMember, memberValue, type Scan, valueKind } from '../json-scan.ts';
import { parseObject, toJson } from '../lossless.ts';
import type { RequestFacts } from '../neutral.ts';
import { failedFrame, untold } from './failed.ts';
import { withoutForeignThoughts } from './foreign-thoughts.ts';
import { withPrevious } from './previous.ts';
import { readAnswer } from './read-answer.ts';
import { readRequest } from './read-request.ts';
import { ResponsesReader } from './reader.ts';
import { searchesIn } from './searches.ts';
import { ResponsesSource } from './source.ts';
import { includeThoughts, statelessEdits } from './stateless.ts';
import { responsesFailure, responsesUsage, responsesUsageObject } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { LEAST_OUTPUT_TOKENS, writeRequest } from './write-request.ts';
import { ResponsesWriter } from './writer.ts';

/** Where the conversation may stand instead of in `input`. */
const ELSEWHERE = ['previous_response_id', 'conversation', 'prompt'] as const;

/** OpenAI Responses. Source: the OpenAI API reference, "Create a model response" and its streaming events. */
export const openaiResponses: Dialect = {
  format: 'openai-responses',

  read(scan) {
    const model = readModel(scan);
    checkInput(scan);
    if (readBoolean(scan, 'background'))
      throw invalid(
        'background',
        'background is not supported here: leave it out, and stream the answer if it is long.',
      );
    const reasoning = readObject(scan, 'reasoning');
    const tier = memberValue(scan, 'service_tier');
    const session = sessionInOpenAi(scan);
    return {
      model,
      stream: readBoolean(scan, 'stream'),
      choices: 1,
      maxOutputTokens: readCount(scan, 'max_output_tokens'),
      wantsUsageChunk: true,
      textBytes: scan.textBytes,
      ...readExtensions(scan, model),
      ...reasoningFacts(reasoning),
      ...(session !== undefined && { session }),
      ...(typeof tier === 'string' && { serviceTier: tier }),
    };
  },

  rewrite(scan, _facts, changes) {
    const edits = changes.ownKey ? new Map<string, string | null>() : statelessEdits(scan);
    edits.set('model', JSON.stringify(changes.model));
    for (const key of EXTENSIONS) edits.set(key, null);
    if (changes.maxOutputTokens !== undefined)
      edits.set('max_output_tokens', String(Math.max(LEAST_OUTPUT_TOKENS, changes.maxOutputTokens)));
    // A caller who has its answers kept sends ids, or what it was given; one who does not sees to the rest itself.
    const goesOn = memberValue(scan, 'store') !== false;
    const include = goesOn ? includeThoughts(scan, changes.offer) : undefined;
    if (include) edits.set('include', include);
    const input = withoutForeignThoughts(scan, goesOn && !changes.ownKey, changes.isForeign);
    if (input) edits.set('input', toJson(input));
    return edits;
  },

  usage: responsesUsage,
  usageText: (usage) => JSON.stringify(responsesUsageObject(usage)),

  searches(body) {
    const answer = body.includes('"web_search_call"') ? parseObject(body.toString('utf8')) : undefined;
    return answer ? searchesIn(answer).length : 0;
  },

  echo: (body, { previousResponseId }) => withPrevious(body, previousResponseId),

  isAnswer: (body) => body.includes('"output"'),

  createReader: ({ previousResponseId }, hooks, maxOutputTokens, inputTokens) =>
    new ResponsesReader(hooks, maxOutputTokens, inputTokens, previousResponseId),

  failure: responsesFailure,

  errorBody: (error) => JSON.stringify(errorEnvelope(error)),

  errorFrame: (error, requestId) => failedFrame(error, untold(requestId), 0),

  caller: {
    format: 'openai-responses',
    readRequest,
    createWriter: (context) => new ResponsesWriter(context),
    writeAnswer,
  },

  provider: {
    format: 'openai-responses',
    writeRequest,
    readAnswer,
    createSource: () => new ResponsesSource(),
    failure: responsesFailure,
  },
};

function reasoningFacts(reasoning: Record<string, unknown> | undefined): Pick<RequestFacts, 'reasoning'> {
  const { effort, max_tokens: maxTokens } = reasoning ?? {};
  if (typeof effort !== 'string' && typeof maxTokens !== 'number') return {};
  return {
    reasoning: { ...(typeof effort === 'string' && { effort }), ...(typeof maxTokens === 'number' && { maxTokens }) },
  };
}

/** `input`: text or items. What is in it is the provider's to judge. */
function checkInput(scan: Scan): void {
  const member = findMember(scan, 'input');
  if (!member) {
    if (ELSEWHERE.some((key) => findMember(scan, key))) return;
    throw invalid('input', 'Missing required parameter: input.');
  }
  const kind = valueKind(scan, member);
  if (kind !== '"' && kind !== '[') throw invalid('input', 'input must be a string or an array of items.');
  if (kind === '[' && /^\[\s*[^{\s\]]/.test(scan.bytes.toString('latin1', member.valueStart, member.valueStart + 64)))
    throw invalid('input', 'input must be an array of objects.');
}
