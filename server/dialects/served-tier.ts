/** Where answers name the service tier: OpenAI's and Anthropic's, Vertex's, Gemini's. */
const MEMBERS = ['"service_tier"', '"trafficType"', '"serviceTier"'].map((name) => Buffer.from(name));
const LONGEST = 80;

/**
 * The service tier in a whole answer, without parsing it: these bytes cannot stand inside a string, where a quote is
 * escaped. Undefined when the answer names none.
 */
export function servedTierIn(body: Buffer): string | undefined {
  for (const member of MEMBERS) {
    const at = body.lastIndexOf(member);
    if (at < 0) continue;
    const from = at + member.length;
    const value = /^\s*:\s*"([\w-]{1,40})"/.exec(body.toString('latin1', from, from + LONGEST));
    if (value) return value[1];
  }
  return undefined;
}
