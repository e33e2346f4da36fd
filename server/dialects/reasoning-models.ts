import type { Effort } from './neutral/request.ts';

/**
 * Which model takes what for thinking, by name: the first row that matches holds. Sources: Anthropic "Adaptive thinking",
 * "Extended thinking" and "Effort"; the Gemini API's "Thinking"; OpenAI's reasoning guide and model pages.
 */

/** How a Claude model is told to think. */
export interface ClaudeThinking {
  /** `thinking.type` `enabled` with a budget, `adaptive` with `output_config.effort`, or neither. */
  budget: boolean;
  adaptive: boolean;
  /** What switches thinking off; null: it cannot be. */
  off: 'disabled' | 'between_tools' | null;
  /** Of `output_config.effort`. */
  efforts: readonly Effort[];
  /** False: `temperature`, `top_p` and `top_k` are refused. */
  sampling: boolean;
  /** False: a tool choice that forces a call is refused. */
  forcedTools: boolean;
}

const LOW_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];
const LOW_TO_XHIGH: readonly Effort[] = [...LOW_TO_HIGH, 'xhigh'];
const LOW_TO_MAX: readonly Effort[] = [...LOW_TO_XHIGH, 'max'];
const NONE_TO_XHIGH: readonly Effort[] = ['none', ...LOW_TO_XHIGH];

const CLAUDE_NEWEST: ClaudeThinking = {
  budget: false,
  adaptive: true,
  off: 'disabled',
  efforts: LOW_TO_MAX,
  sampling: false,
  forcedTools: true,
};
const CLAUDE_4_6: ClaudeThinking = {
  ...CLAUDE_NEWEST,
  budget: true,
  efforts: [...LOW_TO_HIGH, 'max'],
  sampling: true,
};
const CLAUDE_BUDGET: ClaudeThinking = { ...CLAUDE_4_6, adaptive: false, efforts: [] };
const CLAUDE_NONE: ClaudeThinking = { ...CLAUDE_BUDGET, budget: false };

const CLAUDE: readonly (readonly [RegExp, ClaudeThinking])[] = [
  [/sonnet-5-5/, { ...CLAUDE_NEWEST, off: 'between_tools', forcedTools: false }],
  [/opus-5-5|(?:fable|mythos)-5-1/, { ...CLAUDE_NEWEST, off: null, forcedTools: false }],
  [/fable|mythos/, { ...CLAUDE_NEWEST, off: null }],
  [/(?:opus|sonnet)-4-6/, CLAUDE_4_6],
  [/opus-4-5/, { ...CLAUDE_BUDGET, efforts: LOW_TO_HIGH }],
  [/(?:opus|sonnet|haiku)-4-(?:5|1)(?!\d)|(?:opus|sonnet)-4(?:[-@]20\d{6}|$|-v\d|-latest|-0)/, CLAUDE_BUDGET],
  [/3-7-sonnet/, CLAUDE_BUDGET],
  [/claude-(?:instant|v?2|3)/, CLAUDE_NONE],
];

/** What a Claude model takes, whatever the provider calls it. One that is not known is taken for a newer one. */
export function claudeThinking(model: string): ClaudeThinking {
  const name = model.replaceAll('.', '-');
  return CLAUDE.find(([pattern]) => pattern.test(name))?.[1] ?? CLAUDE_NEWEST;
}

/** How a Gemini model is told to think: by a budget of tokens, or by a level. */
export type GeminiThinking =
  | { least: number; most: number; canBeOff: boolean; levels?: undefined }
  | { levels: readonly Effort[] };

const GEMINI: readonly (readonly [RegExp, GeminiThinking | undefined])[] = [
  [/gemini-2\.5-pro/, { least: 128, most: 32_768, canBeOff: false }],
  [/gemini-2\.5-flash-lite/, { least: 512, most: 24_576, canBeOff: true }],
  [/gemini-2\.5/, { least: 1, most: 24_576, canBeOff: true }],
  [/gemini-(?:1|2\.0)|gemma|image/, undefined],
  [/gemini-3-pro/, { levels: ['low', 'high'] }],
  [/gemini-3[.\d]*-pro|gemini-3\.[78]-flash(?!-lite)/, { levels: LOW_TO_HIGH }],
  [/gemini-3/, { levels: ['minimal', ...LOW_TO_HIGH] }],
  [/gemini/, { levels: LOW_TO_HIGH }],
];

/** What a Gemini model takes; undefined when it does not think. */
export function geminiThinkingOf(model: string): GeminiThinking | undefined {
  return GEMINI.find(([pattern]) => pattern.test(model))?.[1];
}

const OPENAI: readonly (readonly [RegExp, readonly Effort[]])[] = [
  [/gpt-5\.[12]-chat/, ['medium']],
  [/gpt-\d[.\d]*-chat/, []],
  [/gpt-6-(?:sol|luna)|gpt-6\.1-terra/, ['none', ...LOW_TO_MAX]],
  [/gpt-(?:[6-9]|\d\d)/, LOW_TO_MAX],
  [/gpt-5\.6/, ['none', ...LOW_TO_MAX]],
  [/gpt-5-pro/, ['high']],
  [/gpt-5\.\d-pro/, ['medium', 'high', 'xhigh']],
  [/gpt-5\.1-codex-max|gpt-5\.[2-9]-codex/, LOW_TO_XHIGH],
  [/codex|gpt-oss|(?:^|\/)o\d/, LOW_TO_HIGH],
  [/gpt-5\.1/, ['none', ...LOW_TO_HIGH]],
  [/gpt-5\.\d/, NONE_TO_XHIGH],
  [/gpt-5/, ['minimal', ...LOW_TO_HIGH]],
];

/** The efforts of an OpenAI model; undefined when nothing is known of it. */
export function openaiEfforts(model: string): readonly Effort[] | undefined {
  return OPENAI.find(([pattern]) => pattern.test(model))?.[1];
}

/** Models whose thinking can be bounded in tokens. Alibaba's Qwen takes `thinking_budget`. */
export const BUDGET_MODELS = /^(?:claude-(?!3(?:\.5)?-(?:opus|sonnet|haiku))|gemini-(?:2\.5|[3-9])|qwen)/;
