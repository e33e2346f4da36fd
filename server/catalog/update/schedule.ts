import type { CatalogUpdates } from './updates.ts';

const MINUTE_MS = 60_000;
/** How often it is asked whether a refresh is due. Each process has its own moment, so that they do not all ask at once. */
const LEAST_MS = 5 * MINUTE_MS;
const SPREAD_MS = 10 * MINUTE_MS;

/** Refreshes the list of models whenever that is due. @returns stops it. */
export function startCatalogSchedule(updates: Pick<CatalogUpdates, 'refreshIfDue'>, random = Math.random): () => void {
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => void updates.refreshIfDue().then(next), LEAST_MS + random() * SPREAD_MS).unref();
  };
  next();
  return () => clearTimeout(timer);
}
