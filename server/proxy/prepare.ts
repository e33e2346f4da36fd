import type { Format, ProviderFormat } from '../dialects/dialect.ts';
import { PROVIDER_SIDES } from '../dialects/index.ts';
import { type Scan, splice, splicePieces } from '../dialects/json-scan.ts';
import { type JsonObject, parseJson, toJson } from '../dialects/lossless.ts';
import { withoutIdleSearch } from '../dialects/neutral/idle-search.ts';
import type { NeutralRequest } from '../dialects/neutral/request.ts';
import { fitRequest } from '../dialects/neutral/request-fit.ts';
import { withoutThoughts } from '../dialects/neutral/without-thoughts.ts';
import type { BodyChanges } from '../dialects/neutral.ts';
import type { ProviderSide } from '../dialects/translation.ts';
import { changeBody, type Headers } from '../providers/provider.ts';
import type { Target } from '../routing/plan.ts';
import type { Exchange } from './exchange.ts';

/** A request as a provider is to get it. */
export interface Prepared {
  format: ProviderFormat;
  body: Body;
  /** Headers that the body needs. */
  headers: Headers;
  /** What was translated, and by whom its answer is read; undefined where caller and provider speak the same. */
  translation: Translation | undefined;
}

export interface Translation {
  request: NeutralRequest;
  side: ProviderSide;
  /** What of the request the provider has no place for. */
  dropped: readonly string[];
}

/** A large body goes out in pieces, as copying it would take longer than everything else. */
export type Body = Buffer | readonly Buffer[];

const LARGE_BYTES = 64 * 1024;
const NO_HEADERS: Headers = Object.freeze({});

/**
 * The body for this target: the caller's own bytes but for what must change, where both speak the same format; else a
 * translation. Throws 400 for what the target cannot express.
 */
export function prepare(exchange: Exchange, scan: Scan, target: Target, changes: BodyChanges): Prepared {
  const { dialect } = exchange;
  const facts = exchange.facts!;
  const { formats, provider } = target.upstream;
  const { bodyChanges } = provider;
  if (formats.includes(dialect.format) && !facts.mustTranslate) {
    const edits = dialect.rewrite(scan, facts, changes);
    if (edits) {
      const pieces = splicePieces(scan, bodyChanges ? new Map([...edits, ...bodyChanges]) : edits);
      const body = scan.bytes.length < LARGE_BYTES ? Buffer.concat(pieces) : pieces;
      return { format: dialect.format, body, headers: NO_HEADERS, translation: undefined };
    }
  }
  const whole = readRequest(exchange, scan);
  const asked = changes.isForeign ? withoutThoughts(whole, changes.isForeign) : whole;
  const leaner = withoutIdleSearch(asked, target.offer);
  const format = formatFor(target, dialect.format, leaner ?? asked);
  const request = fitRequest(leaner ?? asked, target.offer, format);
  const side = PROVIDER_SIDES[format];
  const written = side.writeRequest(request, { ...changes, stream: facts.stream });
  changeBody(written.body, provider);
  return {
    format,
    body: Buffer.from(toJson(written.body)),
    headers: written.headers ?? NO_HEADERS,
    translation: { request, side, dropped: leaner ? [...written.dropped, 'tools.web_search'] : written.dropped },
  };
}

/** The caller's request in neutral form, read once, however many targets are tried. */
function readRequest(exchange: Exchange, scan: Scan): NeutralRequest {
  exchange.neutral ??= exchange.dialect.caller.readRequest(bodyOf(exchange, scan), exchange.facts!);
  return exchange.neutral;
}

function bodyOf({ input }: Exchange, scan: Scan): JsonObject {
  if (!input) return parseJson(scan.bytes.toString('utf8', scan.start, scan.end)) as JsonObject;
  const rest = splice(scan, new Map([['input', null]])).toString('utf8', scan.start);
  return { ...(parseJson(rest) as JsonObject), input };
}

/** The caller's own format where the provider has it, else the one that the provider prefers for such a request. */
function formatFor({ upstream, offer }: Target, own: Format, request: NeutralRequest): ProviderFormat {
  const preferred = upstream.provider.prefers?.(offer.providerModel, request);
  if (preferred && upstream.formats.includes(preferred)) return preferred;
  return upstream.formats.includes(own) ? own : upstream.formats[0]!;
}
