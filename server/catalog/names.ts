/** What people call providers, makers and models, as data, and the rules that make two spellings one. */

/** Other names of a provider, as prefixes of a model name. */
export const PROVIDER_ALIASES: Readonly<Record<string, readonly string[]>> = {
  'google-ai-studio': ['google', 'gemini', 'google-gemini'],
  xai: ['x-ai', 'grok'],
  moonshot: ['moonshotai', 'moonshot-ai', 'kimi'],
  zai: ['z-ai', 'zhipu', 'zhipuai', 'zai-org'],
  alibaba: ['qwen', 'dashscope'],
  mistral: ['mistralai', 'mistral-ai'],
  minimax: ['minimaxai'],
  'together-ai': ['together', 'togetherai'],
  fireworks: ['fireworks-ai'],
  perplexity: ['perplexity-ai'],
  novita: ['novita-ai'],
  nebius: ['nebius-ai'],
  deepseek: ['deepseek-ai'],
};

/**
 * Who made a model, by how its name starts. A maker's prefix pins the maker where it serves the model itself;
 * `meta-llama/llama-3.3-70b-instruct` and `openai/gpt-oss-120b` mean everyone who does.
 */
export const MAKERS: readonly { startsWith: string; prefixes: readonly string[] }[] = [
  { startsWith: 'gpt-oss-', prefixes: ['openai'] },
  { startsWith: 'llama-', prefixes: ['meta-llama', 'meta'] },
  { startsWith: 'gemma-', prefixes: ['google'] },
  { startsWith: 'deepseek-', prefixes: ['deepseek', 'deepseek-ai'] },
  { startsWith: 'glm-', prefixes: ['zai', 'z-ai', 'zai-org', 'zhipuai'] },
  { startsWith: 'kimi-', prefixes: ['moonshot', 'moonshotai'] },
  { startsWith: 'minimax-', prefixes: ['minimax', 'minimaxai'] },
  { startsWith: 'qwen', prefixes: ['alibaba', 'qwen'] },
  { startsWith: 'mistral-', prefixes: ['mistral', 'mistralai'] },
];

/** Names that makers or their clients use for a model that is listed here under another. */
export const MODEL_ALIASES: Readonly<Record<string, readonly string[]>> = {
  'gpt-3.5-turbo': ['gpt-35-turbo'],
  'omni-moderation-latest': ['omni-moderation', 'omni-moderation-2024-09-26', 'text-moderation-latest'],
  'gemini-embedding-2': ['gemini-embedding-2-preview'],
  'claude-opus-4': ['claude-opus-4-0'],
  'claude-sonnet-4': ['claude-sonnet-4-0'],
  'gemini-2.5-flash': ['gemini-2.5-flash-preview'],
  'gemini-2.5-pro': ['gemini-2.5-pro-preview'],
  'gemini-3-flash-preview': ['gemini-3-flash'],
  'gemini-3.1-pro-preview': ['gemini-3.1-pro', 'gemini-3-pro', 'gemini-3-pro-preview', 'gemini-pro-latest'],
  'gemini-3.8-flash': ['gemini-flash-latest'],
  'gemini-3.5-flash-lite': ['gemini-flash-lite-latest'],
  'gemini-3.1-flash-lite': ['gemini-3.1-flash-lite-preview'],
  // Retired by the maker on 24 July 2026; both were this model.
  'deepseek-v4-flash': ['deepseek-chat', 'deepseek-reasoner'],
  'kimi-k2-0905': ['kimi-k2'],
  'qwen3-coder-plus': ['qwen3-coder'],
  'mistral-large-2512': ['mistral-large', 'mistral-large-3'],
  'mistral-medium-3.5': ['mistral-medium'],
  'mistral-medium-3.1': ['mistral-medium-2508'],
  'mistral-small-2603': ['mistral-small', 'mistral-small-4'],
  'mistral-small-2506': ['mistral-small-3.2'],
  'codestral-2508': ['codestral'],
  'devstral-2512': ['devstral', 'devstral-medium', 'devstral-2'],
  'ministral-14b-2512': ['ministral-14b'],
  'ministral-8b-2512': ['ministral-8b'],
  'ministral-3b-2512': ['ministral-3b'],
  'llama-3.3-70b-instruct': ['llama-3.3-70b'],
  'llama-3.1-8b-instruct': ['llama-3.1-8b'],
  'llama-4-scout': ['llama-4-scout-17b-16e-instruct'],
  'llama-4-maverick': ['llama-4-maverick-17b-128e-instruct'],
  'grok-4': ['grok-4-0709'],
  'grok-4.1-fast': ['grok-4.1-fast-reasoning'],
  'grok-4-fast': ['grok-4-fast-reasoning'],
  'grok-4.20': ['grok-4.20-reasoning'],
};

/** Variants that other gateways write after a colon and that change price or behaviour, so they are no region. */
const VARIANTS = new Set(['free', 'extended', 'thinking', 'online', 'nitro', 'floor', 'exacto', 'beta', 'batch']);
const REGION = /^([^:]+):([a-z][a-z0-9-]*)$/;
const DATE = /-(?:20\d{6}|20\d\d-\d\d-\d\d|latest)$/;

/** One spelling for all: lower case, dashes for dots, no `gateway/` in front. */
export function canonical(name: string): string {
  const lower = name.toLowerCase().replaceAll('.', '-');
  return lower.startsWith('gateway/') ? lower.slice('gateway/'.length) : lower;
}

/** `alibaba/qwen-max:cn-beijing` → `alibaba/qwen-max`. What is no region stays. */
export function withoutRegion(key: string): string {
  const match = REGION.exec(key);
  return match && !VARIANTS.has(match[2]!) ? match[1]! : key;
}

/** `claude-haiku-4-5-20251001`, `gpt-4o-2024-08-06` and `devstral-latest` without what stands after the model's name. */
export function withoutDate(key: string): string {
  return key.replace(DATE, '');
}

/** The other word order of a Claude model, as both are about: `claude-haiku-4-5` and `claude-4-5-haiku`. */
export function otherOrder(key: string): string | undefined {
  const match = /^claude-(?:([a-z]+)-(\d+(?:-\d+)?)|(\d+(?:-\d+)?)-([a-z]+))$/.exec(key);
  if (!match) return undefined;
  return match[1] ? `claude-${match[2]}-${match[1]}` : `claude-${match[4]}-${match[3]}`;
}
