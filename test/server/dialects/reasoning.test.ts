import { describe, expect, it } from 'vitest';
import type { Offer } from '../../../server/catalog/types.ts';
import {
  anthropicThinking,
  budgetEffort,
  checkReasoning,
  geminiThinking,
  nearestEffort,
  openaiEffort,
  openaiSamples,
  openaiStops,
  readBudget,
  readEffort,
  refuseStop,
  thinkingOff,
} from '../../../server/dialects/reasoning.ts';

const offer = (model: string, capabilities: string[], more: Partial<Offer> = {}) =>
  ({ model, capabilities, ...more }) as Offer;

describe('what a caller may write', () => {
  it.each([
    ['an effort', () => readEffort('bogus', 'output_config.effort'), 'output_config.effort'],
    ['a budget', () => readBudget(-5, 'thinking.budget_tokens'), 'thinking.budget_tokens'],
    ['stop sequences', () => refuseStop({ stop: ['x'], format: 'anthropic-messages' }), 'stop_sequences'],
    ['stop sequences', () => refuseStop({ stop: ['x'], format: 'gemini' }), 'generationConfig.stopSequences'],
    ['stop sequences', () => refuseStop({ stop: ['x'], format: 'openai-chat' }), 'stop'],
  ])("%s that cannot be had is refused by the caller's own name of it", (_what, read, param) => {
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it("only OpenAI's reasoning models take no stop sequences", () => {
    const takes = ['gpt-4o', 'gpt-5-chat-latest', 'openai/gpt-oss-120b', 'llama-3.3'];
    expect(takes.filter(openaiStops)).toEqual(takes);
    expect(['gpt-5', 'gpt-5.1-codex', 'o4-mini', 'gpt-6'].filter(openaiStops)).toEqual([]);
  });
});

describe('efforts and budgets', () => {
  it.each([
    [0, 'none'],
    [1024, 'minimal'],
    [2000, 'low'],
    [8000, 'medium'],
    [31_999, 'high'],
    [128_000, 'max'],
  ])('a budget of %d tokens is the effort %s', (tokens, effort) => {
    expect(budgetEffort(tokens)).toBe(effort);
  });

  it('the nearest known effort is taken, the lower of two, and never none for somebody who wants thoughts', () => {
    expect(nearestEffort('xhigh', ['low', 'medium', 'high', 'max'])).toBe('high');
    expect(nearestEffort('minimal', ['none', 'low', 'medium'])).toBe('low');
    expect(nearestEffort('none', ['minimal', 'low'])).toBe('minimal');
    expect(nearestEffort('high', [])).toBeUndefined();
  });
});

describe('thinking of Claude models', () => {
  it('takes a budget up to Sonnet 4.5, clamped to what Anthropic allows', () => {
    const enabled = (budget: number) => ({ thinking: { type: 'enabled', budget_tokens: budget } });
    expect(anthropicThinking({ budgetTokens: 100 }, 'claude-sonnet-4-5-20250929', 64_000)).toEqual(enabled(1024));
    expect(anthropicThinking({ budgetTokens: 500_000 }, 'claude-sonnet-4-5', 200_000)).toEqual(enabled(128_000));
    expect(anthropicThinking({ budgetTokens: 32_000 }, 'claude-sonnet-4-5', 32_000)).toEqual(enabled(31_999));
    expect(anthropicThinking({ effort: 'medium' }, 'claude-3-7-sonnet-20250219', 64_000)).toEqual(enabled(8192));
  });

  it('leaves a fifth of the output limit to the answer when an effort becomes a budget', () => {
    expect(anthropicThinking({ effort: 'high' }, 'claude-haiku-4-5', 10_000).thinking).toEqual({
      type: 'enabled',
      budget_tokens: 8000,
    });
  });

  it('stays off where the output limit leaves no room for 1,024 tokens', () => {
    expect(anthropicThinking({ effort: 'high' }, 'claude-haiku-4-5', 1000)).toEqual({});
  });

  it('is adaptive with an effort from Opus 4.7 on, whatever the provider calls the model', () => {
    const adaptive = { type: 'adaptive', display: 'summarized' };
    expect(anthropicThinking({ budgetTokens: 20_000 }, 'claude-opus-4-7', 64_000)).toEqual({
      thinking: adaptive,
      effort: 'high',
    });
    expect(anthropicThinking({ effort: 'minimal' }, 'us.anthropic.claude-opus-5-5-v1:0', 64_000)).toEqual({
      thinking: adaptive,
      effort: 'low',
    });
    expect(anthropicThinking({ adaptive: true, show: false }, 'claude-sonnet-5', 64_000)).toEqual({
      thinking: { type: 'adaptive', display: 'omitted' },
    });
  });

  it('keeps an exact budget for the models that know both ways', () => {
    expect(anthropicThinking({ budgetTokens: 5000 }, 'claude-opus-4-6', 64_000).thinking).toEqual({
      type: 'enabled',
      budget_tokens: 5000,
    });
    expect(anthropicThinking({ effort: 'xhigh' }, 'claude-opus-4.6', 64_000).effort).toBe('high');
  });

  it('is switched off as far as the model can be', () => {
    expect(anthropicThinking({ effort: 'none' }, 'claude-sonnet-5', 64_000)).toEqual({
      thinking: { type: 'disabled' },
    });
    expect(thinkingOff('claude-sonnet-5-5')).toEqual({ thinking: { type: 'between_tools' } });
    expect(thinkingOff('claude-opus-5-5')).toEqual({ effort: 'low' });
    expect(thinkingOff('claude-3-haiku-20240307')).toEqual({});
  });
});

describe('thinking of Gemini models', () => {
  it.each([
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-flash', { budgetTokens: 90_000 }, { includeThoughts: true, thinkingBudget: 24_576 }],
    ['gemini-2.5-flash-lite', { budgetTokens: 10, show: false }, { thinkingBudget: 512 }],
    ['gemini-2.5-flash', { adaptive: true }, { includeThoughts: true, thinkingBudget: -1 }],
    ['gemini-3-pro-preview', { effort: 'medium' }, { includeThoughts: true, thinkingLevel: 'LOW' }],
    ['gemini-3.1-pro-preview', { effort: 'medium' }, { includeThoughts: true, thinkingLevel: 'MEDIUM' }],
    ['gemini-3-flash-preview', { effort: 'none' }, { thinkingLevel: 'MINIMAL' }],
    ['gemini-3.8-flash', { budgetTokens: 30_000 }, { includeThoughts: true, thinkingLevel: 'HIGH' }],
    ['gemini-2.0-flash', { effort: 'high' }, undefined],
  ] as const)('%s told %o takes %o', (model, reasoning, config) => {
    expect(geminiThinking(reasoning, model)).toEqual(config);
  });
});

describe('reasoning of OpenAI models', () => {
  it.each([
    ['gpt-5-mini', 'none', 'minimal'],
    ['gpt-5.4', 'minimal', 'low'],
    ['gpt-5.4', 'none', 'none'],
    ['gpt-5-pro', 'low', 'high'],
    ['gpt-5.3-codex', 'max', 'xhigh'],
    ['gpt-6-astra', 'none', 'low'],
    ['gpt-6-luna', 'none', 'none'],
    ['o3', 'xhigh', 'high'],
    ['some-future-model', 'xhigh', 'xhigh'],
    ['gpt-5-chat-latest', 'high', undefined],
    ['gpt-5.2-chat-latest', 'high', 'medium'],
  ] as const)('%s asked for %s is sent %s', (model, effort, sent) => {
    expect(openaiEffort({ effort }, model)).toBe(sent);
  });

  it('take a temperature only while they do not reason', () => {
    expect(openaiSamples('gpt-4o', undefined)).toBe(true);
    expect(openaiSamples('gpt-5', undefined)).toBe(false);
    expect(openaiSamples('gpt-5-chat-latest', undefined)).toBe(true);
    expect(openaiSamples('gpt-5.1-chat-latest', undefined)).toBe(false);
    expect(openaiSamples('gpt-5.4', 'none')).toBe(true);
    expect(openaiSamples('gpt-6-luna', 'none')).toBe(false);
    expect(openaiSamples('llama-3.3-70b', 'high')).toBe(true);
  });
});

describe('reasoning asked of a model that has none', () => {
  const gpt4o = offer('gpt-4o', ['tools']);

  it('is refused before any call, naming the parameter', () => {
    expect(() => checkReasoning({ reasoning: { effort: 'high' } }, gpt4o)).toThrow(
      expect.objectContaining({
        code: 'model_not_supported',
        message:
          'Model gpt-4o does not support reasoning. Remove the reasoning_effort parameter or use a reasoning-capable model.',
      }),
    );
    expect(() => checkReasoning({ reasoning: { maxTokens: 8000 } }, offer('gpt-5', ['reasoning']))).toThrow(
      'Model gpt-5 does not support reasoning.max_tokens.',
    );
  });

  it('is fine when it is none, when the model is of unknown make, and when it takes budgets', () => {
    checkReasoning({}, gpt4o);
    checkReasoning({ reasoning: { effort: 'none' } }, gpt4o);
    checkReasoning({ reasoning: { effort: 'high' } }, offer('gpt-4o', [], { priceUnknown: true }));
    checkReasoning({ reasoning: { maxTokens: 8000 } }, offer('claude-sonnet-4', ['reasoning']));
    expect(() => checkReasoning({ reasoning: { maxTokens: 8000 } }, offer('claude-3.5-sonnet', ['reasoning']))).toThrow(
      'reasoning.max_tokens',
    );
  });
});
