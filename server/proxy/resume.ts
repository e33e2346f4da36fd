import { findMember, memberValue, type Scan, scanObject, splice } from '../dialects/json-scan.ts';
import { isObject, type JsonObject, parseJson, toJson } from '../dialects/lossless.ts';
import { responseOfItem } from '../dialects/openai-responses/ids.ts';
import { isReference, mayHoldReference } from '../dialects/openai-responses/references.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { conversation, inputItems, referredItem } from '../responses/replay.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';

const DAY_MS = 86_400_000;

/**
 * A request of the Responses API with what it refers to in it: the conversation that it goes on from before its own
 * input, and kept items in place of references. What is not kept here stays as it is: where the key is the organisation's
 * own, its provider may know it. Arranges that the answer is kept, unless the caller or the project does not want it.
 */
export async function resume(
  services: Pick<Services, 'conversations' | 'config'>,
  exchange: Exchange,
  key: KeyEntry,
  given: Scan,
): Promise<Scan> {
  if (exchange.dialect.format !== 'openai-responses') return given;
  const asked = memberValue(given, 'previous_response_id');
  const previousId = typeof asked === 'string' && asked !== '' ? asked : null;
  const turns =
    previousId === null
      ? undefined
      : await services.conversations.upTo(key.projectId, previousId, services.config.maxBodyBytes);
  const scan = mayHoldReference(given) ? await resolved(services, exchange, key, given) : given;
  const wanted = memberValue(given, 'store') !== false && memberValue(given, 'conversation') == null;
  // A conversation that began elsewhere cannot be put together here.
  if (wanted && (previousId === null || turns)) arrangeKeeping(services, exchange, key, scan, previousId);
  if (!turns) return scan;
  exchange.facts!.previousResponseId = previousId!;
  // What comes before its own input is put before it as text.
  exchange.input = undefined;
  return changed(exchange, scan, { input: conversation(turns, textOf(scan)), previous_response_id: null });
}

function changed(exchange: Exchange, given: Scan, edits: Record<string, string | null>): Scan {
  const scan = scanObject(splice(given, new Map(Object.entries(edits))));
  exchange.facts!.textBytes = scan.textBytes;
  return scan;
}

/** `input` as it stands; empty when there is none. */
function textOf(scan: Scan): string {
  const member = findMember(scan, 'input');
  return member ? scan.bytes.toString('utf8', member.valueStart, member.valueEnd) : '';
}

/** The request with the items that its input refers to in their places; the exchange keeps them as they are parsed. */
async function resolved(
  services: Pick<Services, 'conversations'>,
  exchange: Exchange,
  key: KeyEntry,
  scan: Scan,
): Promise<Scan> {
  const items = parseJson(textOf(scan));
  if (!Array.isArray(items)) return scan;
  const all: unknown[] = [];
  let found = false;
  for (const item of items) {
    const kept = isReference(item) ? await lookUp(services, key, item.id) : undefined;
    if (kept) found = true;
    all.push(...(kept ?? [item]));
  }
  exchange.input = all;
  return found ? changed(exchange, scan, { input: toJson(all) }) : scan;
}

async function lookUp(
  { conversations }: Pick<Services, 'conversations'>,
  key: KeyEntry,
  id: string,
): Promise<JsonObject[] | undefined> {
  const response = responseOfItem(id) ?? conversations.responseOf(key.projectId, id);
  const kept = response === undefined ? undefined : await conversations.find(key.projectId, response);
  return kept && referredItem(kept, id);
}

/** The ids of an answer's items that do not tell whose they are. */
function foreignIds({ output }: JsonObject): string[] {
  if (!Array.isArray(output)) return [];
  return output.flatMap((item) =>
    isObject(item) && typeof item.id === 'string' && responseOfItem(item.id) === undefined ? [item.id] : [],
  );
}

/** Something that can be asked for by its path, and fits into an index. */
function isId(id: unknown): id is string {
  return typeof id === 'string' && /^[\x21-\x7e]{1,256}$/.test(id);
}

function arrangeKeeping(
  services: Pick<Services, 'conversations'>,
  exchange: Exchange,
  key: KeyEntry,
  scan: Scan,
  previousId: string | null,
): void {
  const days = key.project.responseRetentionDays;
  if (days === 0) return;
  exchange.answered = (response) => {
    // An answer with the id of the one before it would be its own past.
    if (!isId(response.id) || response.id === previousId) return;
    const now = Date.now();
    const kept = {
      id: response.id,
      organizationId: key.organizationId,
      projectId: key.projectId,
      previousId,
      input: inputItems(textOf(scan)),
      response: toJson(previousId === null ? response : { ...response, previous_response_id: previousId }),
      createdAtMs: now,
      expiresAtMs: now + days * DAY_MS,
    };
    services.conversations.keep(kept, foreignIds(response));
  };
}
