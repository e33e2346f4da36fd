import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Services } from '../services.ts';
import { issuerRecords } from '../store/schema.ts';

const PURPOSE = 'issuer-record';
/** Marks an id that is the stored hash already. Not a character of the issuer's own ids, and never taken from a client. */
const HASHED = 'hashed:';

type Row = typeof issuerRecords.$inferSelect;

/**
 * What the issuer stores. Its ids are bearer secrets (refresh tokens, device codes), so the table holds their HMAC.
 * `consumed` is a column of its own, and is set once: two requests with one refresh token cannot both be the first.
 */
export class IssuerAdapter implements Adapter {
  constructor(
    private readonly services: Pick<Services, 'store' | 'secrets'>,
    private readonly model: string,
    private readonly alreadyUsed: (grantId: string | null) => Promise<Error>,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresInS?: number): Promise<void> {
    const { jti: _secret, consumed: _column, ...rest } = payload;
    const values = {
      payload: rest as Row['payload'],
      grantId: payload.grantId ?? null,
      userCode: payload.userCode ?? null,
      uid: payload.uid ?? null,
      expiresAt: expiresInS === undefined ? null : new Date(Date.now() + expiresInS * 1000),
    };
    await this.services.store.db
      .insert(issuerRecords)
      .values({ model: this.model, id: this.rowId(id), ...values })
      .onConflictDoUpdate({ target: [issuerRecords.model, issuerRecords.id], set: values });
    if (this.model === 'RefreshToken' && payload.grantId && payload.exp)
      await this.keepGrant(payload.grantId, payload.exp);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await this.one(eq(issuerRecords.id, this.hash(id)));
    return row && this.payload(row, id);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const row = await this.one(eq(issuerRecords.userCode, userCode));
    return row && this.payload(row, HASHED + row.id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const row = await this.one(eq(issuerRecords.uid, uid));
    return row && this.payload(row, HASHED + row.id);
  }

  async consume(id: string): Promise<void> {
    const rows = await this.services.store.db
      .update(issuerRecords)
      .set({ consumedAt: sql`now()` })
      .where(and(this.key(id), isNull(issuerRecords.consumedAt)))
      .returning({ id: issuerRecords.id });
    if (rows.length > 0) return;
    const row = await this.one(eq(issuerRecords.id, this.rowId(id)));
    throw await this.alreadyUsed(row?.grantId ?? null);
  }

  async destroy(id: string): Promise<void> {
    await this.services.store.db.delete(issuerRecords).where(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.services.store.db
      .delete(issuerRecords)
      .where(and(eq(issuerRecords.model, this.model), eq(issuerRecords.grantId, grantId)));
  }

  /** A grant lives as long as the newest refresh token under it. */
  private async keepGrant(grantId: string, exp: number): Promise<void> {
    await this.services.store.db
      .update(issuerRecords)
      .set({
        expiresAt: new Date(exp * 1000),
        payload: sql`jsonb_set(${issuerRecords.payload}, '{exp}', to_jsonb(${exp}::bigint))`,
      })
      .where(and(eq(issuerRecords.model, 'Grant'), eq(issuerRecords.id, this.hash(grantId))));
  }

  private async one(where: ReturnType<typeof eq>): Promise<Row | undefined> {
    const [row] = await this.services.store.db
      .select()
      .from(issuerRecords)
      .where(and(eq(issuerRecords.model, this.model), where))
      .limit(1);
    return row;
  }

  private payload(row: Row, jti: string): AdapterPayload {
    const consumed = row.consumedAt ? { consumed: Math.floor(row.consumedAt.getTime() / 1000) } : {};
    return { ...row.payload, ...consumed, jti };
  }

  private key(id: string) {
    return and(eq(issuerRecords.model, this.model), eq(issuerRecords.id, this.rowId(id)));
  }

  private rowId(id: string): string {
    return id.startsWith(HASHED) ? id.slice(HASHED.length) : this.hash(id);
  }

  private hash(id: string): string {
    return this.services.secrets.hash(PURPOSE, id);
  }
}
