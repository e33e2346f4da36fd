import type { Tier } from '../../../shared/contracts/routing.ts';

/** What is known of a family of models by name. */
export interface Quality {
  /** The hardest prompts that it may be trusted with. */
  tier: Tier;
  /** Made for programs: only asked when the prompt has to do with one. */
  only?: 'code';
  /** Never chosen: it always searches the web, or works for minutes. */
  never?: true;
}

/**
 * Models by their name in the catalogue; the first row that matches holds. Where a model stands among its maker's and
 * among those of its time decides, as makers and their model cards have it: it is no measurement of ours. A model that
 * does not reason is never taken for REASONING, whatever its row says. What no row names is judged by `ruleFor`.
 */
export const QUALITIES: readonly (readonly [RegExp, Quality])[] = [
  [/^sonar|deep-research|search-(?:preview|api)|^relace|^morph/, { tier: 'SIMPLE', never: true }],
  // old: dear for what they can
  [/^gpt-3\.5|^claude-(?:instant|2|3-haiku|3-sonnet)|^gemini-1|^llama-[23](?:\.0)?-/, { tier: 'SIMPLE' }],
  [/^gpt-4(?:-turbo|$)|^claude-3-opus|^claude-3\.5-haiku|^gemini-2\.0-flash(?!-lite)/, { tier: 'MEDIUM' }],
  [/^claude-3\.5-sonnet|^grok-3(?!-mini)/, { tier: 'COMPLEX' }],
  // OpenAI
  [/^gpt-oss-20b/, { tier: 'SIMPLE' }],
  [/^gpt-oss/, { tier: 'MEDIUM' }],
  [/^gpt-4\.1-nano|^gpt-4o-mini/, { tier: 'SIMPLE' }],
  [/^gpt-4\.1-mini|^gpt-4o|^gpt-5(?:\.\d)?-nano/, { tier: 'MEDIUM' }],
  [/^gpt-4\.[15]|^gpt-5(?:\.\d)?-(?:mini|chat)|^gpt-5\.1-codex-mini|-luna/, { tier: 'COMPLEX' }],
  [/^o\d|^gpt-5|^gpt-\d/, { tier: 'REASONING' }],
  // Anthropic
  [/^claude-haiku/, { tier: 'COMPLEX' }],
  [/^claude/, { tier: 'REASONING' }],
  // Google
  [/^gemini-[\d.]+-flash-lite/, { tier: 'MEDIUM' }],
  [/^gemini-[\d.]+-flash/, { tier: 'COMPLEX' }],
  [/^gemini-[\d.]+-pro/, { tier: 'REASONING' }],
  [/^gemma-[4-9]/, { tier: 'MEDIUM' }],
  [/^gemma/, { tier: 'SIMPLE' }],
  // xAI
  [/^grok-(?:code|build)/, { tier: 'COMPLEX', only: 'code' }],
  [/^grok-(?:3-mini|[\d.]+-fast)/, { tier: 'MEDIUM' }],
  [/^grok/, { tier: 'REASONING' }],
  // DeepSeek
  [/distill/, { tier: 'MEDIUM' }],
  [/^deepseek-(?:r\d|v[4-9](?:\.\d)?-pro)/, { tier: 'REASONING' }],
  [/^deepseek-v3\.[12]|^deepseek-v[4-9]|^deepseek-(?:chat|reasoner)/, { tier: 'COMPLEX' }],
  [/^deepseek/, { tier: 'MEDIUM' }],
  // Moonshot, Z.ai, MiniMax
  [/^kimi-.*-code/, { tier: 'REASONING', only: 'code' }],
  [/^kimi-k2-\d/, { tier: 'COMPLEX' }],
  [/^kimi-k/, { tier: 'REASONING' }],
  [/^glm-[\d.]+v?-(?:flash|air)x?|^glm-4\.[56]v/, { tier: 'MEDIUM' }],
  [/^glm-4|^glm-5v/, { tier: 'COMPLEX' }],
  [/^glm-[5-9]/, { tier: 'REASONING' }],
  [/^minimax-m[3-9]/, { tier: 'REASONING' }],
  [/^minimax-m2/, { tier: 'COMPLEX' }],
  // Alibaba
  [/^qwen[\d.]*-coder|^codeqwen/, { tier: 'COMPLEX', only: 'code' }],
  [/^qwen-(?:turbo|flash)/, { tier: 'SIMPLE' }],
  [/^qwen-|^qwen[\d.]+-flash|^qwen3-(?:\d\d?b|next|vl)/, { tier: 'MEDIUM' }],
  [/^qwen3-|^qwq|^qwen[\d.]+-plus/, { tier: 'COMPLEX' }],
  [/^qwen3\.[5-9]|^qwen[4-9]/, { tier: 'REASONING' }],
  // Mistral
  [/^codestral|^devstral/, { tier: 'MEDIUM', only: 'code' }],
  [/^ministral|^mistral-(?:nemo|small-2[45]|7b)|^open-mi/, { tier: 'SIMPLE' }],
  [/^mistral-small|^mistral-medium-3\.1|^pixtral|^magistral-small/, { tier: 'MEDIUM' }],
  [/^magistral/, { tier: 'REASONING' }],
  [/^mistral/, { tier: 'COMPLEX' }],
  // Meta, Amazon, others
  [/^llama-(?:3\.1-405b|4-maverick)/, { tier: 'MEDIUM' }],
  [/^llama-(?:3\.\d-(?:70|90)b)/, { tier: 'MEDIUM' }],
  [/^llama/, { tier: 'SIMPLE' }],
  [/^nova-(?:premier|2-pro)/, { tier: 'COMPLEX' }],
  [/^nova-(?:pro|2-lite)/, { tier: 'MEDIUM' }],
  [/^nova/, { tier: 'SIMPLE' }],
  [/^hermes-4-405b/, { tier: 'COMPLEX' }],
];

/** A name that says that a model is a small one. */
export const SMALL = /(?:^|[-_ ])(?:nano|tiny|mini|lite|small|flash|air|instant|[1-9]b|1[0-4]b)(?:$|[-_ :])/i;
export const CODE_ONLY = /code|coder|codex/i;

/** What a model of unknown name is trusted with, by what a million generated tokens cost; dearest first. */
export const BY_PRICE: readonly { outputUsd: number; reasons: Tier; plain: Tier }[] = [
  { outputUsd: 8, reasons: 'REASONING', plain: 'COMPLEX' },
  { outputUsd: 1.5, reasons: 'COMPLEX', plain: 'MEDIUM' },
  { outputUsd: 0, reasons: 'MEDIUM', plain: 'SIMPLE' },
];
