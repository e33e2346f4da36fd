import type { Catalog } from '../catalog/catalog.ts';
import { canonical } from '../catalog/names.ts';
import type { Offer } from '../catalog/types.ts';

/** Denied names as a custom provider's models are compared with them. */
export interface DeniedNames {
  spelt: ReadonlySet<string>;
  /** What the catalogue has under a denied name. */
  ids: ReadonlySet<string>;
  /** The same, of the names that pin no provider: whoever serves such a model, it is denied. */
  anywhere: ReadonlySet<string>;
}

type Finder = Pick<Catalog, 'find'>;

/** What these names deny. */
export function deniedNames(catalog: Finder, models: readonly string[]): DeniedNames {
  const ids = new Set<string>();
  const anywhere = new Set<string>();
  for (const name of models) {
    const found = catalog.find(name);
    const pins = canonical(name).includes('/') && found.every(({ provider }) => provider === found[0]!.provider);
    for (const { id } of found) {
      ids.add(id);
      if (!pins) anywhere.add(id);
    }
  }
  return { spelt: new Set(models.map(asPath)), ids, anywhere };
}

/**
 * True when a denied name means a custom provider's model. What its server makes of a name nobody here knows, so any
 * spelling counts that might be the denied model: in capitals, with a tag, a version or a maker's name.
 */
export function isDenied(
  { spelt, ids, anywhere }: DeniedNames,
  catalog: Finder,
  offer: Pick<Offer, 'id' | 'provider'>,
): boolean {
  for (const name of spellings(asPath(offer.id).slice(offer.provider.length + 1))) {
    const pinned = `${offer.provider}/${name}`;
    if (spelt.has(name) || spelt.has(pinned)) return true;
    const meant = name.includes('/') ? ids : anywhere;
    if (catalog.find(name).some(({ id }) => meant.has(id))) return true;
    if (catalog.find(pinned).some(({ id }) => ids.has(id))) return true;
  }
  return false;
}

/** One spelling, also of a file's name on Windows. */
function asPath(name: string): string {
  return canonical(name).replaceAll('\\', '/');
}

/** `maker/llama3:8b` → that, `maker/llama3`, `llama3:8b`, `llama3`. Without a tag it may be called by the usual one. */
function* spellings(path: string): Generator<string> {
  for (let start = 0; start >= 0; start = path.indexOf('/', start) + 1 || -1) {
    let name = path.slice(start);
    if (!/[:@]/.test(name)) yield `${name}:latest`;
    for (;;) {
      yield name;
      const tag = Math.max(name.lastIndexOf(':'), name.lastIndexOf('@'));
      if (tag <= 0) break;
      name = name.slice(0, tag);
    }
  }
}
