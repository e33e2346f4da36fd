import type { Reply } from '../../../shared/contracts/endpoint.ts';
import type { createTopup } from '../../../shared/contracts/topup.ts';
import { inWords } from '../../when.ts';

/** Where a person adds the credit, and until when. */
export function payHere(
  {
    amount_usd,
    checkout_url,
    expires_at,
  }: Pick<Reply<typeof createTopup>, 'amount_usd' | 'checkout_url' | 'expires_at'>,
  nowMs: number,
): string {
  const until = new Date(expires_at * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return `A person adds ${amount_usd} USD here:\n\n  ${checkout_url}\n\nThe page is open until ${until} UTC, for ${inWords(expires_at * 1000 - nowMs)}.`;
}
