import { isObject, type JsonObject } from '../lossless.ts';
import { tokenCount as count, type TokenUsage, totalInput } from '../neutral.ts';

interface UsageMetadata {
  promptTokenCount?: unknown;
  cachedContentTokenCount?: unknown;
  candidatesTokenCount?: unknown;
  thoughtsTokenCount?: unknown;
  toolUsePromptTokenCount?: unknown;
  promptTokensDetails?: unknown;
  cacheTokensDetails?: unknown;
  candidatesTokensDetails?: unknown;
}

/**
 * Google's counts into ours. `promptTokenCount` includes what was cached but not what its own tools read
 * (`toolUsePromptTokenCount`); `candidatesTokenCount` leaves out the thoughts.
 * Source: the Gemini API reference, "UsageMetadata".
 */
export function geminiUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  const usage = value as UsageMetadata;
  if (typeof usage.promptTokenCount !== 'number' && typeof usage.candidatesTokenCount !== 'number') return undefined;
  const prompt = count(usage.promptTokenCount) + count(usage.toolUsePromptTokenCount);
  const cached = Math.min(prompt, count(usage.cachedContentTokenCount));
  const reasoning = count(usage.thoughtsTokenCount);
  const fresh = (kind: string) => ofKind(usage.promptTokensDetails, kind) - ofKind(usage.cacheTokensDetails, kind);
  return {
    input: prompt - cached,
    cached,
    cacheWrite: 0,
    cacheWrite1h: 0,
    output: count(usage.candidatesTokenCount) + reasoning,
    reasoning,
    ...counted('audioInput', fresh('AUDIO')),
    ...counted('imageInput', fresh('IMAGE')),
    ...counted('audioOutput', ofKind(usage.candidatesTokensDetails, 'AUDIO')),
    ...counted('imageOutput', ofKind(usage.candidatesTokensDetails, 'IMAGE')),
  };
}

/** Ours as Google's `usageMetadata`. */
export function usageMetadata(usage: TokenUsage): JsonObject {
  const prompt = totalInput(usage);
  const { cached, output, reasoning } = usage;
  return {
    promptTokenCount: prompt,
    ...(cached > 0 && { cachedContentTokenCount: cached }),
    candidatesTokenCount: output - reasoning,
    ...(reasoning > 0 && { thoughtsTokenCount: reasoning }),
    totalTokenCount: prompt + output,
    promptTokensDetails: details(prompt, usage.audioInput, usage.imageInput),
    ...((usage.audioOutput || usage.imageOutput) && {
      candidatesTokensDetails: details(output - reasoning, usage.audioOutput, usage.imageOutput),
    }),
  };
}

function details(total: number, audio = 0, image = 0): JsonObject[] {
  const rows: [string, number][] = [
    ['TEXT', total - audio - image],
    ['AUDIO', audio],
    ['IMAGE', image],
  ];
  return rows.filter(([, tokens]) => tokens > 0).map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

function ofKind(value: unknown, kind: string): number {
  if (!Array.isArray(value)) return 0;
  const row = value.find((entry) => isObject(entry) && entry.modality === kind) as JsonObject | undefined;
  return count(row?.tokenCount);
}

function counted<K extends string>(key: K, tokens: number): Partial<Record<K, number>> {
  return tokens > 0 ? ({ [key]: tokens } as Record<K, number>) : {};
}

/** The tier that served a request, in OpenAI's words; Vertex tells it as the traffic's type. */
export function servedTier(value: JsonObject): string | undefined {
  const named = value.trafficType ?? value.serviceTier;
  return typeof named === 'string' ? TIERS[named.toUpperCase()] : undefined;
}

const TIERS: Readonly<Record<string, string>> = {
  ON_DEMAND: 'default',
  ON_DEMAND_FLEX: 'flex',
  ON_DEMAND_PRIORITY: 'priority',
  STANDARD: 'default',
  FLEX: 'flex',
  PRIORITY: 'priority',
};
