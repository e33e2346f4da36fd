import type { Catalog } from '../catalog/catalog.ts';
import type { Offer } from '../catalog/types.ts';

/** True when every list of models above a key, its own included, names the offer in one of its spellings. */
export function isListed(
  catalog: Pick<Catalog, 'find'>,
  lists: readonly (readonly string[])[],
  offer: Pick<Offer, 'id'>,
): boolean {
  return lists.every((names) =>
    names.some((name) => name === offer.id || catalog.find(name).some(({ id }) => id === offer.id)),
  );
}
