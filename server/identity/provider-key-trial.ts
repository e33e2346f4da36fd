import { eq } from 'drizzle-orm';
import type { Reply } from '../../shared/contracts/endpoint.ts';
import type { testProviderKey as contract } from '../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import { type TrialModel, tryUpstream } from '../providers/try-upstream.ts';
import type { Services } from '../services.ts';
import { users } from '../store/schema.ts';
import type { Person } from './identity.ts';
import { findProviderKey, mayManage } from './provider-keys.ts';
import { asOwnKey } from './provider-keys-in-use.ts';

/** Asks the provider with a stored key, also one that is disabled. A failure is an answer, not an error. */
export async function tryProviderKey(
  { store, secrets, upstreams, catalog }: Pick<Services, 'store' | 'secrets' | 'upstreams' | 'catalog'>,
  person: Person,
  named: string,
  model: string | undefined,
): Promise<Reply<typeof contract>> {
  mayManage(person);
  const row = await findProviderKey(store.db, person, named);
  const [adder] = row.createdBy
    ? await store.db.select({ isOwner: users.isOwner }).from(users).where(eq(users.id, row.createdBy))
    : [];
  const upstream = upstreams.open([asOwnKey({ secrets }, row, adder?.isOwner ?? false)]);
  if (!upstream) throw new GatewayError('not_found', `This version knows no provider ${row.provider}.`);
  const inUse = upstreams.of(row.organizationId).get(row.provider);
  const trial = await tryUpstream(upstream, modelFor(catalog, row.provider, model), model !== undefined);
  // What was set aside is used again; a failure says less, for a key may be kept from the list of models alone.
  if (trial.ok && inUse?.own) for (const { id } of upstream.keys()) inUse.answered(id);
  return {
    id: row.id,
    provider: row.provider,
    label: row.label,
    ok: trial.ok,
    checked: trial.checked,
    latency_ms: trial.latencyMs,
    status_code: trial.statusCode,
    error: trial.error,
  };
}

/** The model asked for, else the provider's cheapest that writes text, else one that there is hardly. */
function modelFor({ offers }: Services['catalog'], provider: string, given: string | undefined): TrialModel {
  if (given !== undefined) return { name: given, guessed: false };
  const cost = ({ price }: (typeof offers)[number]) => price.inputPico + price.outputPico;
  const [cheapest] = offers
    .filter((offer) => offer.provider === provider && offer.capabilities.includes('streaming') && !offer.deprecated)
    .sort((a, b) => (cost(a) < cost(b) ? -1 : 1));
  return cheapest ? { name: cheapest.providerModel, guessed: false } : { name: 'a-model', guessed: true };
}
