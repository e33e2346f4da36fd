import type { Reply } from '../../../shared/contracts/endpoint.ts';
import type { createTopup } from '../../../shared/contracts/topup.ts';

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

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** A length of time in its largest unit that is at least two, or one second: `24 hours`, `5 minutes`. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, name] = UNITS.find(([unit]) => seconds >= 2 * unit) ?? UNITS[3];
  const count = Math.round(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
