import { GatewayError } from '../../../shared/errors.ts';
import type { Offer } from '../types.ts';
import { DocumentError, readDocument } from './document.ts';
import { type Merged, merge } from './merge.ts';

/** More of the models that we know than this with a price that nobody believes: the list counts in other units. */
const MOST_HELD_SHARE = 0.2;
const FEW = 5;

export interface Believed extends Merged {
  unread: string[];
}

/** Our offers with what a list knows better. Throws `catalog_refused`, with the reason, for a list that is not to be trusted. */
export function believe(ours: readonly Offer[], text: string, source: string): Believed {
  try {
    const { models, unread } = readDocument(text);
    const merged = merge(ours, models);
    if (merged.held.length > Math.max(FEW, merged.known * MOST_HELD_SHARE)) {
      throw new DocumentError(
        `${merged.held.length} of the ${merged.known} prices that are known here would change more than tenfold, such as that of ${merged.held[0]}`,
      );
    }
    return { ...merged, unread };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new GatewayError('catalog_refused', `The list from ${source} is not taken: ${error.message}.`, {
      cause: error,
    });
  }
}
