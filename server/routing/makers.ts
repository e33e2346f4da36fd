import { LRUCache } from 'lru-cache';
import type { ProviderFormat } from '../dialects/dialect.ts';
import type { Scan } from '../dialects/json-scan.ts';
import { SEEN } from '../dialects/seen.ts';
import { signaturesOf } from '../dialects/signed.ts';
import type { Target } from './plan.ts';

/** Who made a thought, and alone takes it back. */
export interface Maker {
  provider: string;
  /** The credential (`Route.id`), where thoughts belong to an account: OpenAI encrypts them for its organisations. */
  credentialId?: string;
}

/** Which provider made which signature, of the answers that went through this process. */
export interface Makers {
  of(signature: string): Maker | undefined;
  /** Takes the signatures of one answer. */
  recorder(maker: Maker): (signature: string) => void;
}

/** Thoughts as they may go to one target. */
export interface Thoughts {
  /** The credential to call it with, where that matters. */
  credentialId?: string;
  /** Whether the target would refuse a signature as another's. Absent: it takes all that the request has. */
  isForeign?: (signature: string) => boolean;
}

const MOST_SIGNATURES = 100_000;
const SAMPLE = 32;
const ALL: Thoughts = Object.freeze({});

export function createMakers(): Makers {
  const known = new LRUCache<string, Maker>({ max: MOST_SIGNATURES });
  return {
    of: (signature) => known.get(nameOf(signature)),
    recorder: (maker) => (signature) => void known.set(nameOf(signature), maker),
  };
}

/** Who is the maker of what is thought in an answer of this format. */
export function makerOf(provider: string, format: ProviderFormat, credentialId: string): Maker {
  return format === 'openai-responses' ? { provider, credentialId } : { provider };
}

/** What has been tried, and what would be. */
export interface Tried {
  /** The credential that is called unless something speaks against it. */
  credential: () => string | undefined;
  /** The attempts that failed. */
  failed: readonly { provider: string }[];
  /** The credentials of the target that failed. */
  tried: readonly string[];
}

/**
 * What of a request's signed thoughts goes to a target: those that its own provider made, and with the same credential
 * where that matters. Those of an unknown maker go to the first provider that is tried, as the caller sends them: they may
 * be its own, and were refused by any other.
 */
export function thoughtsFor(
  makers: Makers,
  scan: Scan,
  target: Target,
  { credential, failed, tried }: Tried,
): Thoughts {
  if (!mayBeSigned(scan)) return ALL;
  const signatures = signaturesOf(scan);
  if (signatures.length === 0) return ALL;
  const { name } = target.upstream;
  const wanted = credential() ?? lastOwner(makers, signatures, name);
  const credentialId = wanted === undefined ? undefined : calledWith(target, wanted, tried);
  const isFirst = failed.every(({ provider }) => provider === name);
  const isForeign = (signature: string) => {
    const maker = makers.of(signature);
    if (!maker) return !isFirst;
    return maker.provider !== name || (maker.credentialId !== undefined && maker.credentialId !== credentialId);
  };
  return {
    ...(credentialId !== undefined && { credentialId }),
    ...(signatures.some(isForeign) && { isForeign }),
  };
}

/** False for nearly all requests, at the price of a look: they have no thoughts. */
export function mayBeSigned({ seen }: Pick<Scan, 'seen'>): boolean {
  return (seen & (SEEN.signature | SEEN.redactedThought)) !== 0;
}

/** The credential that the conversation was last at, where its thoughts belong to one. */
function lastOwner(makers: Makers, signatures: readonly string[], provider: string): string | undefined {
  for (const signature of signatures.toReversed()) {
    const maker = makers.of(signature);
    if (maker?.provider === provider) return maker.credentialId;
  }
  return undefined;
}

/** The credential wanted, if the target will be called with it when asked to. */
function calledWith({ upstream, offer, home }: Target, wanted: string, tried: readonly string[]): string | undefined {
  const ids = upstream.keys().map(({ id }) => id);
  if (ids.length === 1) return ids[0];
  const others = [...tried, ...ids.filter((id) => id !== wanted)];
  return ids.includes(wanted) && upstream.hasAnother(others, { region: offer.region, home }) ? wanted : undefined;
}

/** A signature has thousands of characters, any of which tell it from others. */
function nameOf(signature: string): string {
  const { length } = signature;
  const middle = length >> 1;
  const some =
    length <= 3 * SAMPLE ? signature : signature.slice(middle, middle + SAMPLE) + signature.slice(-SAMPLE) + length;
  // A copy: a piece of a string would keep the whole answer that it was cut from.
  return Buffer.from(some, 'latin1').toString('latin1');
}
