import { findMember, memberValue, type Scan, scanObject, splice } from '../dialects/json-scan.ts';
import { isObject, type JsonObject, parseJson, toJson } from '../dialects/lossless.ts';
import { responseOfItem } from '../dialects/openai-responses/ids.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import { conversation, inputItems, referredItem } from '../responses/replay.ts';
import type { Services } from '../services.ts';
import type { Exchange } from './exchange.ts';

const REFERENCE = Buffer.from('"item_reference"');
const DAY_MS = 86_400_000;

/**
 * A request of the Responses API with what it refers to in it: the conversation that it goes on from before its own
 * input, and kept items in place of references. What is not kept here stays as it is: its provider may know it. Arranges
 * that the answer is kept, unless the caller or the project does not want it.
 */
export async function resume(
  services: Pick<Services, 'conversations'>,
  exchange: Exchange,
  key: KeyEntry,
  given: Scan,
): Promise<Scan> {
  if (exchange.dialect.format !== 'openai-responses') return given;
  const input = await resolved(services, key, given);
  const asked = memberValue(given, 'previous_response_id');
  const previousId = typeof asked === 'string' && asked !== '' ? asked : null;
  const turns = previousId === null ? undefined : await services.conversations.upTo(key.projectId, previousId);
  arrangeKeeping(services, exchange, key, {
    wanted: memberValue(given, 'store') !== false && memberValue(given, 'conversation') == null,
    // A conversation that began elsewhere cannot be put together here.
    whole: previousId === null || turns !== undefined,
    input,
    previousId,
  });
  const facts = exchange.facts!;
  if (turns) {
    facts.previousResponseId = previousId!;
    return changed(exchange, given, { input: conversation(turns, input), previous_response_id: null });
  }
  return input === textOf(given) ? given : changed(exchange, given, { input });
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

/** `input` with the items that it refers to in their places. */
async function resolved(services: Pick<Services, 'conversations'>, key: KeyEntry, scan: Scan): Promise<string> {
  const text = textOf(scan);
  if (!scan.bytes.includes(REFERENCE)) return text;
  const items = parseJson(text);
  if (!Array.isArray(items)) return text;
  const all: unknown[] = [];
  let found = false;
  for (const item of items) {
    const kept = isReference(item) ? await lookUp(services, key, item.id) : undefined;
    if (kept) found = true;
    all.push(...(kept ?? [item]));
  }
  return found ? toJson(all) : text;
}

function isReference(item: unknown): item is { id: string } {
  return isObject(item) && item.type === 'item_reference' && typeof item.id === 'string';
}

async function lookUp(
  { conversations }: Pick<Services, 'conversations'>,
  key: KeyEntry,
  id: string,
): Promise<JsonObject[] | undefined> {
  const response = responseOfItem(id) ?? conversations.responseOf(id);
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

interface Keeping {
  wanted: boolean;
  whole: boolean;
  input: string;
  previousId: string | null;
}

function arrangeKeeping(
  services: Pick<Services, 'conversations'>,
  exchange: Exchange,
  key: KeyEntry,
  { wanted, whole, input, previousId }: Keeping,
): void {
  const days = key.project.responseRetentionDays;
  if (!wanted || !whole || days === 0) return;
  exchange.answered = (response) => {
    if (typeof response.id !== 'string') return;
    const now = Date.now();
    const kept = {
      id: response.id,
      organizationId: key.organizationId,
      projectId: key.projectId,
      previousId,
      input: inputItems(input),
      response: toJson(previousId === null ? response : { ...response, previous_response_id: previousId }),
      createdAtMs: now,
      expiresAtMs: now + days * DAY_MS,
    };
    services.conversations.keep(kept, foreignIds(response));
  };
}
