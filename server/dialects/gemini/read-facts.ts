import { invalid, readObject } from '../body-checks.ts';
import type { PathFacts } from '../dialect.ts';
import { readExtensions } from '../extensions.ts';
import { findMember, type Scan, valueKind } from '../json-scan.ts';
import type { JsonObject } from '../lossless.ts';
import type { RequestFacts } from '../neutral.ts';
import { field, numberField } from './fields.ts';

const MAX_CHOICES = 8;

/** What decides in a `generateContent` request: the model and the way of answering from its path, the rest from its body. */
export function readFacts(scan: Scan, path: PathFacts): RequestFacts {
  checkContents(scan);
  const config = readConfigMember(scan);
  const choices = wholeNumber(config, 'candidateCount') ?? 1;
  if (choices > MAX_CHOICES)
    throw invalid('generationConfig.candidateCount', `candidateCount must be at most ${MAX_CHOICES}.`);
  const limit = wholeNumber(config, 'maxOutputTokens');
  const tier = tierOf(scan);
  const model = modelOf(path);
  return {
    model,
    stream: path.stream === true,
    choices,
    maxOutputTokens: limit === undefined ? undefined : limit * choices,
    wantsUsageChunk: true,
    textBytes: scan.textBytes,
    ...readExtensions(scan, model),
    ...(path.stream === true && path.sse !== true && { jsonArray: true }),
    ...(tier !== undefined && { serviceTier: tier }),
  };
}

/** The name of the member that holds the configuration: people write it in either spelling. */
export function configMember(scan: Scan): 'generationConfig' | 'generation_config' {
  return findMember(scan, 'generation_config') && !findMember(scan, 'generationConfig')
    ? 'generation_config'
    : 'generationConfig';
}

function readConfigMember(scan: Scan): JsonObject {
  return readObject(scan, configMember(scan)) ?? {};
}

function tierOf(scan: Scan): string | undefined {
  const member = findMember(scan, 'serviceTier') ?? findMember(scan, 'service_tier');
  if (!member || valueKind(scan, member) !== '"') return undefined;
  const tier = scan.bytes.toString('utf8', member.valueStart + 1, member.valueEnd - 1).toLowerCase();
  return tier === 'standard' || tier === 'unspecified' ? undefined : tier;
}

function modelOf({ model = '' }: PathFacts): string {
  const name = model.replace(/^models\//, '');
  if (name === '' || name.length > 256 || /\p{Cc}/u.test(name)) throw invalid('model', 'The path names no model.');
  return name;
}

function checkContents(scan: Scan): void {
  const member = findMember(scan, 'contents');
  if (!member) throw invalid('contents', 'Missing required parameter: contents.');
  const kind = valueKind(scan, member);
  if (kind !== '[' && kind !== '{') throw invalid('contents', 'contents must be an array.');
  const head = scan.bytes.toString('latin1', member.valueStart, Math.min(member.valueEnd, member.valueStart + 64));
  if (/^\[\s*\]$/.test(head)) throw invalid('contents', 'contents must have at least one content.');
  if (/^\[\s*[^{\s]/.test(head)) throw invalid('contents', 'contents must be an array of objects.');
}

function wholeNumber(config: JsonObject, name: string): number | undefined {
  if (field(config, name) === undefined) return undefined;
  const value = numberField(config, name);
  if (value === undefined || !Number.isInteger(value) || value < 1)
    throw invalid(`generationConfig.${name}`, `${name} must be a whole number of at least 1.`);
  return value;
}
