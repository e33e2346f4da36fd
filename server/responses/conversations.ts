import { sql } from 'drizzle-orm';
import { GatewayError } from '../../shared/errors.ts';
import type { Services } from '../services.ts';
import { reasonOf } from '../store/reason.ts';
import { responses } from '../store/schema.ts';
import { type Kept, type KeptRow, seal, sizeOf, unseal } from './kept.ts';
import { Recent } from './recent.ts';

/**
 * The answers of the Responses API that are kept, so that a request can go on from one, whatever the provider. What has
 * expired is deleted every hour.
 */
export interface Conversations {
  /**
   * Keeps an answer: found here at once, by other processes once it is written. One that is too large is not kept.
   * @param itemIds of the answer's items, where they do not tell the answer's.
   */
  keep(kept: Kept, itemIds?: readonly string[]): void;
  /** The answer of this project that an item of another's making belongs to, as far as this process remembers. */
  responseOf(projectId: string, itemId: string): string | undefined;
  /** An answer of this project. Throws `service_unavailable` when nobody can say. */
  find(projectId: string, id: string): Promise<Kept | undefined>;
  /**
   * The answers up to this one, the first of the conversation first; undefined when one of them is not kept. Throws
   * `request_too_large` when they are more than so many bytes together.
   */
  upTo(projectId: string, id: string, maxBytes: number): Promise<Kept[] | undefined>;
  /** Forgets it, here and in every other process; false when it was not there. */
  remove(projectId: string, id: string): Promise<boolean>;
  /** Resolves when everything is in the store, or cannot be. */
  close(): Promise<void>;
}

const MEMORY_BYTES = 64 * 1024 * 1024;
const WAITING_BYTES = 128 * 1024 * 1024;
/** The largest answer with its input that is kept. */
const MAX_BYTES = 16 * 1024 * 1024;
const BATCH = 50;
const WRITE_AFTER_MS = 20;
const RETRY_AFTER_MS = 2000;
const SWEEP_EVERY_MS = 3_600_000;
const MAX_TURNS = 2000;
const MAX_ITEMS = 100_000;

export function createConversations(services: Pick<Services, 'store' | 'secrets' | 'log'>): Conversations {
  const { store, log } = services;
  const recent = new Recent(MEMORY_BYTES);
  /** Answers by project and by the ids of their items, where one does not tell the other. */
  const items = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> = Promise.resolve(true);
  let closed = false;
  /** Raised by every removal, so that what was read before one is not remembered after it. */
  let removals = 0;

  store.onChange((topic, id) => {
    if (topic !== 'response' && topic !== 'all') return;
    removals++;
    if (topic === 'all') recent.forgetWritten();
    else recent.remove(ownedBy(id));
  });

  const writeSome = async (): Promise<boolean> => {
    const batch = recent.waiting(BATCH);
    if (batch.length === 0) return true;
    try {
      await insert(services, batch);
      for (const kept of batch) recent.written(kept);
      return true;
    } catch (error) {
      log.warn({ error: reasonOf(error), responses: batch.length }, 'kept responses could not be written yet');
      return false;
    }
  };
  const write = (): Promise<boolean> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeSome);
    void writing.then((done) => {
      if (recent.isWaiting && !closed) later(done ? 0 : RETRY_AFTER_MS);
    });
    return writing;
  };
  const later = (ms: number) => {
    timer ??= setTimeout(() => void write(), ms).unref();
  };

  const sweep = () =>
    store.db
      .execute(sql`delete from responses where expires_at < now()`)
      .catch((error: unknown) => log.warn({ error: reasonOf(error) }, 'expired responses could not be deleted yet'));
  const sweeping = setInterval(() => void sweep(), SWEEP_EVERY_MS).unref();
  void sweep();

  return {
    keep(kept, itemIds = []) {
      const size = sizeOf(kept);
      if (size > MAX_BYTES || recent.waitingBytes + size > WAITING_BYTES) {
        log.warn({ response: kept.id, bytes: size }, 'a response is too large to be kept');
        return;
      }
      recent.addUnwritten(kept);
      for (const item of itemIds) remember(items, `${kept.projectId} ${item}`, kept.id);
      later(WRITE_AFTER_MS);
    },

    responseOf: (projectId, itemId) => items.get(`${projectId} ${itemId}`),

    async find(projectId, id) {
      const known = recent.get(projectId, id);
      if (known && known.expiresAtMs > Date.now()) return known;
      const before = removals;
      const [found] = await readUpTo(services, projectId, id, 0);
      if (found && before === removals) recent.add(found);
      return found;
    },

    async upTo(projectId, id, maxBytes) {
      const turns: Kept[] = [];
      const seen = new Set<string>();
      let bytes = 0;
      for (let next: string | null = id; next !== null; next = turns.at(-1)!.previousId) {
        const known = recent.get(projectId, next);
        const remembered = known && known.expiresAtMs > Date.now() ? known : undefined;
        const more = remembered ? [remembered] : await readUpTo(services, projectId, next, maxBytes - bytes);
        if (more.length === 0) return undefined;
        for (const turn of more) {
          // An answer cannot be its own past.
          if (seen.has(turn.id)) return undefined;
          seen.add(turn.id);
          bytes += sizeOf(turn);
          if (bytes > maxBytes || turns.push(turn) > MAX_TURNS) throw tooLong();
        }
      }
      return turns.toReversed();
    },

    async remove(projectId, id) {
      const known = recent.get(projectId, id);
      recent.remove({ projectId, id });
      // What is being written now must be there to be removed.
      await writing;
      const deleted = await asked(() =>
        store.transaction(async (tx, announce) => {
          const { rows } = await tx.execute<{ id: string }>(
            sql`delete from responses where id = ${id} and project_id = ${projectId} returning id`,
          );
          if (rows.length > 0) announce('response', `${projectId} ${id}`);
          return rows.length > 0;
        }),
      );
      return known !== undefined || deleted;
    },

    async close() {
      closed = true;
      clearInterval(sweeping);
      while (recent.isWaiting) if (!(await write())) return;
    },
  };
}

/** Whose it is, of what is told of a removed answer. */
function ownedBy(told: string): { projectId: string; id: string } {
  const at = told.indexOf(' ');
  return { projectId: told.slice(0, at), id: told.slice(at + 1) };
}

function remember(items: Map<string, string>, item: string, response: string): void {
  if (items.size >= MAX_ITEMS) items.delete(items.keys().next().value!);
  items.set(item, response);
}

async function insert(services: Pick<Services, 'store' | 'secrets'>, batch: readonly Kept[]): Promise<void> {
  const { db } = services.store;
  await db
    .insert(responses)
    .values(
      batch.map((kept) => ({
        id: kept.id,
        organizationId: kept.organizationId,
        projectId: kept.projectId,
        previousId: kept.previousId,
        sealed: seal(services, kept),
        createdAt: new Date(kept.createdAtMs),
        expiresAt: new Date(kept.expiresAtMs),
      })),
    )
    .onConflictDoUpdate({
      target: [responses.projectId, responses.id],
      set: {
        organizationId: sql`excluded.organization_id`,
        previousId: sql`excluded.previous_id`,
        sealed: sql`excluded.sealed`,
        createdAt: sql`excluded.created_at`,
        expiresAt: sql`excluded.expires_at`,
      },
    });
  for (const kept of batch) if (kept.previousId !== null) await prolong(db, kept, kept.previousId);
}

/** An answer that is gone on from is kept as long as what came of it. Stops at the first that was prolonged today. */
async function prolong(db: Services['store']['db'], { projectId, expiresAtMs }: Kept, id: string): Promise<void> {
  const until = new Date(expiresAtMs).toISOString();
  await db.execute(sql`
    with recursive turns as (
      select id, previous_id from responses
      where id = ${id} and project_id = ${projectId} and expires_at < ${until}::timestamptz - interval '1 day'
      union
      select r.id, r.previous_id from responses r join turns on r.id = turns.previous_id
      where r.project_id = ${projectId} and r.expires_at < ${until}::timestamptz - interval '1 day')
    update responses set expires_at = ${until}::timestamptz
    where project_id = ${projectId} and id in (select id from turns)`);
}

/**
 * The answer of this id and those before it, the newest first, as far as they are there and, after the first, until
 * they are more than so many bytes.
 */
async function readUpTo(
  services: Pick<Services, 'store' | 'secrets'>,
  projectId: string,
  id: string,
  maxBytes: number,
): Promise<Kept[]> {
  const { rows } = await asked(() =>
    services.store.db.execute<KeptRow>(sql`
      with recursive turns as (
        select r.*, 0 as depth, length(r.sealed)::bigint as size, array[r.id] as path from responses r
        where r.id = ${id} and r.project_id = ${projectId} and r.expires_at > now()
        union all
        select r.*, turns.depth + 1, turns.size + length(r.sealed), turns.path || r.id
        from responses r join turns on r.id = turns.previous_id
        where r.project_id = ${projectId} and r.expires_at > now() and turns.size <= ${maxBytes}::bigint
          and turns.depth < ${MAX_TURNS}::int and r.id <> all(turns.path))
      select * from turns order by depth`),
  );
  return rows.map((row) => unseal(services, row));
}

function tooLong(): GatewayError {
  return new GatewayError('request_too_large', 'The conversation up to this answer is too large to be sent again.', {
    param: 'previous_response_id',
    hint: 'Begin a new conversation with what matters of this one.',
  });
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new GatewayError('service_unavailable', 'Kept responses cannot be read now.', { cause, retryAfterS: 1 });
  }
}
