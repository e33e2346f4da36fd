import { describe, expect, test } from 'vitest';
import type { Offer } from '../../../../server/catalog/types.ts';
import type { Format, ProviderFormat } from '../../../../server/dialects/dialect.ts';
import { PROVIDER_SIDES } from '../../../../server/dialects/index.ts';
import type { JsonObject } from '../../../../server/dialects/lossless.ts';
import type { NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';
import { openai } from '../../../../server/providers/openai.ts';

const CALLERS: readonly Format[] = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'];
const MODELS: Readonly<Record<ProviderFormat, string>> = {
  'openai-chat': 'gpt-5.1',
  'openai-responses': 'gpt-5.1',
  'anthropic-messages': 'claude-haiku-4-5',
  gemini: 'gemini-2.5-flash',
  'bedrock-converse': 'anthropic.claude-haiku-4-5-20251001-v1:0',
};

/** What each format's writer may write, and what would change the price of a request or the place of its answer. */
const MEMBERS: Readonly<Record<ProviderFormat, string>> = {
  'openai-chat': `model messages stream stream_options max_tokens max_completion_tokens n temperature top_p top_k stop
    seed frequency_penalty presence_penalty logprobs top_logprobs tools tool_choice functions function_call
    parallel_tool_calls web_search_options reasoning_effort response_format verbosity modalities service_tier user
    metadata prompt_cache_key reasoning thinking enable_thinking thinking_budget routing plugins`,
  'openai-responses': `model input instructions prompt previous_response_id conversation background store stream
    stream_options include context_management max_output_tokens temperature top_p top_logprobs tools tool_choice
    parallel_tool_calls reasoning text service_tier user metadata prompt_cache_key`,
  'anthropic-messages': `model messages system max_tokens stream stop_sequences temperature top_p top_k tools tool_choice
    thinking service_tier metadata output_format routing plugins`,
  gemini: `model contents systemInstruction system_instruction tools toolConfig tool_config generationConfig
    generation_config serviceTier service_tier`,
  'bedrock-converse': `messages system inferenceConfig toolConfig serviceTier outputConfig`,
};

function write(format: ProviderFormat, caller: Format, extras: JsonObject) {
  const request: NeutralRequest = {
    format: caller,
    model: 'm',
    stream: false,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: { a: {} } } }],
    toolChoice: { type: 'auto' },
    choices: 1,
    reasoning: { effort: 'low' },
    output: { type: 'json_object' },
    extras,
  };
  const offer = { model: 'm', capabilities: ['reasoning', 'structured_output'] } as unknown as Offer;
  const model = MODELS[format];
  const target: TargetFacts = {
    model,
    offer,
    provider: openai,
    stream: false,
    maxOutputTokens: 1500,
    cacheMarks: true,
  };
  return PROVIDER_SIDES[format].writeRequest(request, target);
}

const FORMATS = Object.keys(MEMBERS) as ProviderFormat[];
describe.each(FORMATS)('what is not known of a body never undoes what is written for %s', (format) => {
  test.each(CALLERS)('from a caller of %s', (caller) => {
    const plain = write(format, caller, {}).body;
    const limits = { maxOutputTokens: 1e6, candidateCount: 8 };
    const choice = { functionCallingConfig: { mode: 'NONE' } };
    for (const name of MEMBERS[format].split(/\s+/)) {
      // A chat body's own seed is an extra where it is too big for a number.
      if (name === 'seed' && caller === 'openai-chat') continue;
      // Nobody's members travel within one format, as they do where its bytes pass through.
      if (caller === format && ['routing', 'plugins'].includes(name)) continue;
      expect(write(format, caller, { [name]: /tool_?config/i.test(name) ? choice : limits }).body, name).toEqual(plain);
    }
  });
});

test('limits inside of a caller’s own configuration are named as dropped', () => {
  const config = { max_output_tokens: 65_536, candidateCount: 8, mediaResolution: 'MEDIA_RESOLUTION_LOW' };
  const gemini = write('gemini', 'openai-chat', {
    generation_config: config,
    tool_config: { function_calling_config: { mode: 'NONE' }, retrieval_config: {} },
  });
  expect(gemini.body.generationConfig).toMatchObject({
    maxOutputTokens: 1500,
    mediaResolution: 'MEDIA_RESOLUTION_LOW',
  });
  expect(gemini.body.toolConfig).toEqual({ functionCallingConfig: { mode: 'AUTO' }, retrievalConfig: {} });
  expect(gemini.dropped).toEqual(
    expect.arrayContaining([
      'generationConfig.maxOutputTokens',
      'generationConfig.candidateCount',
      'toolConfig.functionCallingConfig',
    ]),
  );
  const bedrock = write('bedrock-converse', 'anthropic-messages', {
    additionalModelRequestFields: { max_tokens: 1, a: 1 },
  });
  expect(bedrock.body.additionalModelRequestFields).toMatchObject({ a: 1 });
  expect(bedrock.body.additionalModelRequestFields).not.toHaveProperty('max_tokens');
  expect(bedrock.dropped).toContain('additionalModelRequestFields.max_tokens');
});
