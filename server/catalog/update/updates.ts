import { eq, sql } from 'drizzle-orm';
import type { CatalogState } from '../../../shared/contracts/catalog.ts';
import { GatewayError } from '../../../shared/errors.ts';
import type { Services } from '../../services.ts';
import { catalogUpdates } from '../../store/schema.ts';
import { allOffers } from '../offers/index.ts';
import type { Offer } from '../types.ts';
import { type Believed, believe } from './believe.ts';
import { fetchDocument } from './fetch-document.ts';

/** Where a list is to be had: its usual place, a URL, or here. */
export interface ListSource {
  url?: string | undefined;
  document?: string | undefined;
  source?: string | undefined;
}

/** Keeps the catalogue as new as the last good list that any process of this database took. */
export interface CatalogUpdates {
  /** Takes a list, in every process, or throws and changes nothing: `catalog_refused`, `catalog_unreachable`. */
  refresh(from: ListSource): Promise<CatalogState>;
  state(): Promise<CatalogState>;
  /** Looks for the list now if that is due and no other process is at it. Never throws. */
  refreshIfDue(): Promise<void>;
}

type Needs = Pick<Services, 'store' | 'log' | 'config' | 'catalog'>;

/** The rows of the table: the list in use, and the last time that one was looked for, with what came of it. */
const CURRENT = 'current';
const ATTEMPT = 'attempt';
/** After a failure the next try is this much later, not a whole period. */
const RETRY_HOURS = 1;

interface Applied extends Omit<Believed, 'offers'> {
  source: string;
  fetchedAt: Date | null;
}

const BUILT_IN: Applied = { source: 'built-in', fetchedAt: null, changed: 0, added: 0, held: [], known: 0, unread: [] };

/** The list in the store, applied, and what keeps it up to date. A stored list that this release cannot read is left aside. */
export async function openCatalogUpdates(
  services: Needs,
  ours: readonly Offer[] = allOffers(),
): Promise<CatalogUpdates> {
  const { store, log, config, catalog } = services;
  let applied = BUILT_IN;

  function apply({ offers, ...counts }: Believed, source: string, fetchedAt: Date): void {
    catalog.replace(offers);
    applied = { ...counts, source, fetchedAt };
    log.info({ source, models: offers.length, changed: counts.changed, added: counts.added }, 'a new list of models');
    if (counts.held.length > 0) log.warn({ models: counts.held }, 'prices of the list that are not believed');
  }

  async function load(): Promise<void> {
    try {
      const [row] = await store.db.select().from(catalogUpdates).where(eq(catalogUpdates.id, CURRENT));
      if (!row || row.fetchedAt.getTime() === applied.fetchedAt?.getTime()) return;
      apply(believe(ours, row.document, row.source), row.source, row.fetchedAt);
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'the stored list of models cannot be used; the one at hand stays');
    }
  }

  async function take(from: ListSource): Promise<void> {
    const source = from.document === undefined ? (from.url ?? config.catalog.url) : (from.source ?? 'a given document');
    const text = from.document ?? (await fetchDocument(source));
    const believed = believe(ours, text, source);
    const row = { source, document: text, fetchedAt: new Date() };
    await store.transaction(async (tx, announce) => {
      await tx
        .insert(catalogUpdates)
        .values({ id: CURRENT, ...row })
        .onConflictDoUpdate({ target: catalogUpdates.id, set: row });
      announce('catalog', CURRENT);
    });
    apply(believed, source, row.fetchedAt);
  }

  /** Tries, and remembers what came of it. */
  async function attempt(from: ListSource): Promise<void> {
    try {
      await take(from);
      await remember('');
    } catch (error) {
      const reason = error instanceof GatewayError ? error.message : 'the gateway failed';
      await remember(reason).catch(() => {});
      throw error;
    }
  }

  async function remember(reason: string): Promise<void> {
    const row = { source: config.catalog.url, document: reason, fetchedAt: new Date() };
    await store.db
      .insert(catalogUpdates)
      .values({ id: ATTEMPT, ...row })
      .onConflictDoUpdate({ target: catalogUpdates.id, set: row });
  }

  /** True for the one process that finds the last attempt old enough, and says that it is at it. */
  async function claim(): Promise<boolean> {
    const hours = config.catalog.refreshHours;
    const old = sql`${catalogUpdates.fetchedAt} < now() - make_interval(secs => 3600 * case when ${catalogUpdates.document} = '' then ${hours}::float8 else ${Math.min(hours, RETRY_HOURS)}::float8 end)`;
    const claimed = await store.db
      .insert(catalogUpdates)
      .values({ id: ATTEMPT, source: config.catalog.url, document: '', fetchedAt: new Date() })
      .onConflictDoUpdate({ target: catalogUpdates.id, set: { fetchedAt: sql`now()` }, setWhere: old })
      .returning({ id: catalogUpdates.id });
    return claimed.length > 0;
  }

  store.onChange((topic) => {
    if (topic === 'catalog' || topic === 'all') void load();
  });
  await load();

  async function state(): Promise<CatalogState> {
    const [last] = await store.db.select().from(catalogUpdates).where(eq(catalogUpdates.id, ATTEMPT));
    return stateOf(services, applied, last);
  }

  return {
    async refresh(from) {
      await attempt(from);
      return state();
    },
    state,
    async refreshIfDue() {
      try {
        if (config.catalog.refreshHours > 0 && (await claim())) await attempt({});
      } catch (error) {
        log.warn(
          { error: (error as Error).message },
          'the list of models could not be refreshed; the one in use stays',
        );
      }
    },
  };
}

function stateOf(
  { catalog, config }: Needs,
  { source, fetchedAt, changed, added, held, unread }: Applied,
  last: typeof catalogUpdates.$inferSelect | undefined,
): CatalogState {
  return {
    source,
    fetched_at: fetchedAt?.toISOString() ?? null,
    age_s: fetchedAt && Math.max(0, Math.round((Date.now() - fetchedAt.getTime()) / 1000)),
    providers: new Set(catalog.offers.map(({ provider }) => provider)).size,
    models: catalog.offers.length,
    changed,
    added,
    held,
    unread: unread.length,
    refresh_hours: config.catalog.refreshHours,
    refresh_url: config.catalog.url,
    last_attempt_at: last?.fetchedAt.toISOString() ?? null,
    last_error: last?.document ? last.document : null,
  };
}
