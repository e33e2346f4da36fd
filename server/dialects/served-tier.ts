import { memberValue, scanObject } from './json-scan.ts';
import type { JsonObject } from './lossless.ts';
import { isTopLevel } from './usage-splice.ts';

const MEMBER = Buffer.from('"service_tier"');
const LONGEST = 80;

/**
 * The service tier that a whole answer tells of: in its usage object (Anthropic, Gemini, Vertex) or beside it (OpenAI).
 * Nowhere deeper: there the caller's own metadata and what the model writes may say anything. Undefined when it tells none.
 * @param usage the answer's usage object, where it has one
 */
export function servedTierIn(body: Buffer, usage?: JsonObject): string | undefined {
  const told = usage?.service_tier ?? usage?.trafficType ?? usage?.serviceTier;
  if (typeof told === 'string') return told;
  const at = body.lastIndexOf(MEMBER);
  if (at < 0) return undefined;
  const from = at + MEMBER.length;
  if (!isTopLevel(body, from)) return scannedTier(body);
  return /^\s*:\s*"([\w-]{1,40})"/.exec(body.toString('latin1', from, from + LONGEST))?.[1];
}

/** The last one is not ours to believe: one pass tells which is, however many there are. */
function scannedTier(body: Buffer): string | undefined {
  try {
    const tier = memberValue(scanObject(body), 'service_tier');
    return typeof tier === 'string' ? tier : undefined;
  } catch {
    return undefined;
  }
}
