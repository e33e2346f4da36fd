import { eq } from 'drizzle-orm';
import { apiKeyPrefix, isWellFormedApiKey } from '../../shared/api-key.ts';
import type { Services } from '../services.ts';
import { newId } from '../store/ids.ts';
import { apiKeys, users } from '../store/schema.ts';
import { audit, insertOrganization, insertUser, lockAccounts } from './account-records.ts';
import { BOOTSTRAP_ISSUER } from './accounts.ts';

/**
 * With GATEWAY_BOOTSTRAP_KEY on an empty database: an owner whom the first person to sign in will be, an organisation
 * with its opening credit, a project, and that key with every permission. Safe to run at every start of every process.
 */
export async function bootstrap(services: Pick<Services, 'config' | 'store' | 'secrets' | 'log'>): Promise<void> {
  const { config, store, secrets, log } = services;
  const raw = config.bootstrapKey;
  if (!raw) return;
  const hash = secrets.hashApiKey(raw);
  const outcome = await store.transaction(async (tx, announce) => {
    await lockAccounts(tx);
    const [key] = await tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.hash, hash)).limit(1);
    if (key) return 'known';
    const [user] = await tx.select({ id: users.id }).from(users).limit(1);
    if (user) return 'not empty';
    const userId = await insertUser(tx, { issuer: BOOTSTRAP_ISSUER, email: null, displayName: 'Owner', isOwner: true });
    const openingNano = config.bootstrapCreditNano;
    const made = await insertOrganization(tx, announce, { name: 'default', userId, openingNano });
    const id = newId('key');
    await tx.insert(apiKeys).values({
      id,
      ...made,
      createdBy: userId,
      name: 'bootstrap',
      prefix: apiKeyPrefix(raw),
      hash,
      permissions: ['inference', 'manage'],
      irregular: !isWellFormedApiKey(raw),
    });
    const details = { name: 'bootstrap', prefix: apiKeyPrefix(raw) };
    await audit(tx, { organizationId: made.organizationId, actor: userId, action: 'key.created', target: id, details });
    announce('key', id);
    return 'created';
  });
  if (outcome === 'created') log.info('the empty database now has an owner, an organisation and the bootstrap key');
  if (outcome === 'not empty') {
    log.warn('GATEWAY_BOOTSTRAP_KEY is ignored: it is only for an empty database, and this one has accounts');
  }
}
