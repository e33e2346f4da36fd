import { isObject, type JsonObject } from '../lossless.ts';
import type { Family, ReasoningPart } from '../neutral/request.ts';

/** OpenRouter's `reasoning_details`, with signatures. Source: its "Reasoning tokens", "Preserving reasoning". */
const FORMATS: readonly (readonly [prefix: string, Family])[] = [
  ['anthropic', 'anthropic'],
  ['google', 'google'],
  ['openai', 'openai'],
  ['azure-openai', 'openai'],
];
const WRITTEN: Readonly<Record<Family, string>> = {
  anthropic: 'anthropic-claude-v1',
  bedrock: 'anthropic-claude-v1',
  google: 'google-gemini-v1',
  openai: 'openai-responses-v1',
};

/** One entry of `reasoning_details`, or a piece of one in a stream. Undefined when it says nothing we know. */
export function readDetail(detail: unknown): ReasoningPart | undefined {
  if (!isObject(detail)) return undefined;
  const text = textOf(detail.text ?? detail.summary);
  const encrypted = detail.type === 'reasoning.encrypted';
  const value = textOf(encrypted ? detail.data : detail.signature);
  const family = familyOf(detail.format);
  if (text === '' && value === '') return undefined;
  return {
    type: 'reasoning',
    text,
    ...(detail.type === 'reasoning.summary' && { summary: true }),
    ...(value !== '' &&
      family && {
        signature: {
          family,
          value,
          ...(encrypted && family === 'anthropic' && { redacted: true }),
          ...(typeof detail.id === 'string' && { id: detail.id }),
        },
      }),
  };
}

/** Earlier thoughts as OpenRouter takes them back. */
export function writeDetails(parts: readonly ReasoningPart[]): JsonObject[] {
  return parts.map(({ text, summary, signature }, index) => {
    const common = {
      ...(signature && { format: WRITTEN[signature.family] }),
      ...(signature?.id !== undefined && { id: signature.id }),
      index,
    };
    if (signature && (signature.redacted || text === ''))
      return { type: 'reasoning.encrypted', data: signature.value, ...common };
    if (summary) return { type: 'reasoning.summary', summary: text, ...common };
    return { type: 'reasoning.text', text, ...(signature && { signature: signature.value }), ...common };
  });
}

function familyOf(format: unknown): Family | undefined {
  return typeof format === 'string' ? FORMATS.find(([prefix]) => format.startsWith(prefix))?.[1] : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
