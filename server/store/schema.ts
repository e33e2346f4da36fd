/**
 * The one schema, in Postgres' dialect, for the embedded engine and for a real Postgres alike.
 * Money columns are nano-dollars (`*_nano`, int8); instants are timestamptz.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { RuleStatus, RuleType, RuleValue } from '../../shared/contracts/iam.ts';
import type { RateLimits } from '../../shared/contracts/limits.ts';
import type { RoutingOverrides } from '../../shared/contracts/routing.ts';

const nano = (name: string) => bigint(name, { mode: 'bigint' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const createdAt = () => instant('created_at').notNull().defaultNow();

/**
 * People. `issuer` and `subject` name them at whoever signed them in; `isOwner` marks the one who runs this server.
 * `emailVerified`: an external issuer vouched for the address (with the embedded one every address is proven).
 * `organizationId` is the one they chose to act in; null: the one they joined first.
 */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    email: text('email'),
    displayName: text('display_name').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    isOwner: boolean('is_owner').notNull().default(false),
    emailVerified: boolean('email_verified').notNull().default(false),
    organizationId: text('organization_id'),
    status: text('status').notNull().default('active'),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('users_identity').on(t.issuer, t.subject),
    uniqueIndex('users_one_owner').on(t.isOwner).where(sql`is_owner`),
    index('users_email').on(t.email),
  ],
);

/** Who pays. `balanceNano` is the sum of the organisation's ledger entries, kept in the same transactions. */
export const organizations = pgTable('organizations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  balanceNano: nano('balance_nano').notNull().default(sql`0`),
  status: text('status').notNull().default('active'),
  /** How much may be asked in a time, of all its keys together; null: as much as they like. */
  rates: jsonb('rates').$type<RateLimits>(),
  createdAt: createdAt(),
});

export const members = pgTable(
  'members',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    role: text('role').notNull(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.userId] }), index('members_user').on(t.userId)],
);

/** Addresses that may join an organisation: whoever proves that one is theirs, and chooses the organisation, is a member then. */
export const invitations = pgTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    email: text('email').notNull(),
    role: text('role').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex('invitations_address').on(t.organizationId, t.email), index('invitations_email').on(t.email)],
);

/** What a key belongs to. A removed project keeps its row, as its revoked keys and its usage name it. */
export const projects = pgTable(
  'projects',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    name: text('name').notNull(),
    /** False: prompt-cache marks are taken out of what goes to providers, and none are put in. */
    cacheMarks: boolean('cache_marks').notNull().default(true),
    /** How long conversations of the Responses API are kept, for `previous_response_id`; 0: not at all. */
    responseRetentionDays: integer('response_retention_days').notNull().default(30),
    /** What of the routing's settings it wants otherwise; null: nothing. */
    routing: jsonb('routing').$type<RoutingOverrides>(),
    /** How long an answer serves requests that are the same byte for byte; null: not at all. */
    responseCacheSeconds: integer('response_cache_seconds'),
    createdAt: createdAt(),
    removedAt: instant('removed_at'),
  },
  (t) => [
    index('projects_organization').on(t.organizationId),
    uniqueIndex('projects_name').on(t.organizationId, t.name).where(sql`removed_at is null`),
  ],
);

/**
 * API keys. `hash` is the HMAC-SHA256 of the secret, `previousHash` that of a rolled one in its grace time.
 * `spentNano` and `periodSpentNano` include everything spent by the keys below. `irregular` marks a secret that does not
 * have our shape (a bootstrap key), so that the checksum cannot be asked about it.
 */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    createdBy: text('created_by'),
    parentId: text('parent_id'),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    hash: text('hash').notNull(),
    previousHash: text('previous_hash'),
    previousExpiresAt: instant('previous_expires_at'),
    status: text('status').notNull().default('active'),
    permissions: jsonb('permissions').$type<string[]>().notNull(),
    models: jsonb('models').$type<string[]>(),
    limitNano: nano('limit_nano'),
    spentNano: nano('spent_nano').notNull().default(sql`0`),
    period: text('period'),
    periodLimitNano: nano('period_limit_nano'),
    periodAnchor: instant('period_anchor').notNull().defaultNow(),
    periodWindow: integer('period_window').notNull().default(0),
    periodSpentNano: nano('period_spent_nano').notNull().default(sql`0`),
    /** How much may be asked with it in a time; null: as much as its organisation may. */
    rates: jsonb('rates').$type<RateLimits>(),
    irregular: boolean('irregular').notNull().default(false),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('api_keys_hash').on(t.hash),
    index('api_keys_previous_hash').on(t.previousHash),
    index('api_keys_parent').on(t.parentId),
    index('api_keys_list').on(t.organizationId, t.createdAt, t.id),
  ],
);

/** What a key may ask for and from where, one rule a row; `value` has the fields that its type takes. */
export const iamRules = pgTable(
  'iam_rules',
  {
    id: text('id').primaryKey(),
    keyId: text('key_id')
      .notNull()
      .references(() => apiKeys.id),
    type: text('type').$type<RuleType>().notNull(),
    value: jsonb('value').$type<RuleValue>().notNull(),
    status: text('status').$type<RuleStatus>().notNull().default('active'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [index('iam_rules_key').on(t.keyId, t.createdAt, t.id)],
);

/** Credits and corrections of a balance. What requests cost is in `usage_records`; the view `ledger` shows both. */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    kind: text('kind').notNull(),
    amountNano: nano('amount_nano').notNull(),
    description: text('description').notNull(),
    createdBy: text('created_by'),
    createdAt: createdAt(),
  },
  (t) => [index('ledger_list').on(t.organizationId, t.createdAt, t.id)],
);

/**
 * One row for each request that reached the data plane with a valid key, whatever became of it. It is the usage record
 * and the ledger movement in one, so that the two can never differ.
 */
export const usageRecords = pgTable(
  'usage_records',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    projectId: text('project_id').notNull(),
    keyId: text('key_id').notNull(),
    createdAt: instant('created_at').notNull(),
    format: text('format').notNull(),
    model: text('model').notNull(),
    provider: text('provider'),
    providerModel: text('provider_model'),
    stream: boolean('stream').notNull(),
    statusCode: integer('status_code').notNull(),
    errorCode: text('error_code'),
    tokensIn: integer('tokens_in').notNull(),
    tokensCached: integer('tokens_cached').notNull(),
    tokensCacheWrite: integer('tokens_cache_write').notNull(),
    tokensOut: integer('tokens_out').notNull(),
    tokensReasoning: integer('tokens_reasoning').notNull(),
    costNano: nano('cost_nano').notNull(),
    estimated: boolean('estimated').notNull(),
    /** Served with the organisation's own key at the provider: it counts against limits, but costs no credit. */
    ownKey: boolean('own_key').notNull().default(false),
    serviceTier: text('service_tier'),
    latencyMs: integer('latency_ms').notNull(),
    firstTokenMs: integer('first_token_ms'),
    source: text('source'),
    session: text('session'),
    metadata: jsonb('metadata').$type<Record<string, string>>(),
    /** A failed attempt of a request that went on elsewhere: that request's id. */
    retriedBy: text('retried_by'),
    /** How the target was chosen, where there was a choice, as `routing-note.ts` writes it: text, as it is only ever read back. */
    routing: text('routing'),
    /** Answered from the response cache: no provider was called. */
    cacheHit: boolean('cache_hit').notNull().default(false),
  },
  (t) => [
    index('usage_organization').on(t.organizationId, t.createdAt, t.id),
    index('usage_key').on(t.keyId, t.createdAt, t.id),
  ],
);

/** Every movement of every balance: credits, and one debit for each request that cost something. Its sum is the balance. */
export const ledger = pgView('ledger', {
  id: text('id').notNull(),
  organizationId: text('organization_id').notNull(),
  kind: text('kind').notNull(),
  amountNano: nano('amount_nano').notNull(),
  requestId: text('request_id'),
  description: text('description').notNull(),
  createdAt: instant('created_at').notNull(),
}).as(sql`
  select id, organization_id, kind, amount_nano, null::text as request_id, description, created_at from ledger_entries
  union all
  select id, organization_id, 'usage', -cost_nano, id, model, created_at from usage_records where cost_nano <> 0 and not own_key`);

/** E-mail sign-in codes: HMAC only, ten minutes, five tries. */
export const signinCodes = pgTable(
  'signin_codes',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    hash: text('hash').notNull(),
    attempts: integer('attempts').notNull().default(0),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    createdAt: createdAt(),
  },
  (t) => [index('signin_codes_email').on(t.email, t.createdAt)],
);

/** Browsers signed in to our own pages. The cookie's HMAC is the key. */
export const browserSessions = pgTable('browser_sessions', {
  hash: text('hash').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id),
  expiresAt: instant('expires_at').notNull(),
  createdAt: createdAt(),
});

/** What the embedded OIDC issuer stores: device codes, grants, refresh tokens. */
export const issuerRecords = pgTable(
  'issuer_records',
  {
    model: text('model').notNull(),
    id: text('id').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    grantId: text('grant_id'),
    userCode: text('user_code'),
    uid: text('uid'),
    consumedAt: instant('consumed_at'),
    expiresAt: instant('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.model, t.id] }),
    index('issuer_records_grant').on(t.grantId),
    index('issuer_records_user_code').on(t.userCode),
    index('issuer_records_uid').on(t.uid),
    index('issuer_records_expiry').on(t.expiresAt),
  ],
);

/** The issuer's signing keys, encrypted with a key derived from GATEWAY_SECRET. Newest signs, all verify. */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  encryptedJwk: text('encrypted_jwk').notNull(),
  createdAt: createdAt(),
});

export const topups = pgTable(
  'topups',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    amountNano: nano('amount_nano').notNull(),
    createdBy: text('created_by').notNull(),
    paidBy: text('paid_by'),
    paidAt: instant('paid_at'),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [index('topups_organization').on(t.organizationId, t.createdAt)],
);

/** Automatic top-up of an organisation: `amountNano` when its balance falls below `thresholdNano`. A row once it was set. */
export const autoTopups = pgTable('auto_topups', {
  organizationId: text('organization_id')
    .primaryKey()
    .references(() => organizations.id),
  enabled: boolean('enabled').notNull(),
  thresholdNano: nano('threshold_nano').notNull(),
  amountNano: nano('amount_nano').notNull(),
  maxPerMonthNano: nano('max_per_month_nano'),
  updatedBy: text('updated_by').notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

/** Who changed what. Written in the transaction of the change itself. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    organizationId: text('organization_id'),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    details: jsonb('details').$type<Record<string, unknown>>(),
    createdAt: createdAt(),
  },
  (t) => [index('audit_list').on(t.organizationId, t.id)],
);

/** First answers of calls made with an Idempotency-Key, kept 24 hours, encrypted with that key and GATEWAY_SECRET. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    scope: text('scope').notNull(),
    keyHash: text('key_hash').notNull(),
    requestHash: text('request_hash').notNull(),
    status: integer('status'),
    encryptedReply: text('encrypted_reply'),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.keyHash] }), index('idempotency_created').on(t.createdAt)],
);

/**
 * An organisation's own keys at providers. `sealed` is the key with its secret settings, encrypted; `provider` is a known
 * one's name, or the name of one of their own, with its address in `baseUrl`.
 */
export const providerKeys = pgTable(
  'provider_keys',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    provider: text('provider').notNull(),
    label: text('label').notNull(),
    baseUrl: text('base_url'),
    /** Not secret: region, resource, API version. */
    settings: jsonb('settings').$type<Record<string, string>>().notNull(),
    sealed: text('sealed').notNull(),
    /** The key's last characters, to know it by. */
    hint: text('hint').notNull(),
    status: text('status').notNull().default('active'),
    createdBy: text('created_by'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('provider_keys_label').on(t.organizationId, t.provider, t.label)],
);

/** Answers of the Responses API that a later request may build on. `sealed` holds input and output items, encrypted. */
export const responses = pgTable(
  'responses',
  {
    id: text('id').notNull(),
    organizationId: text('organization_id').notNull(),
    projectId: text('project_id').notNull(),
    previousId: text('previous_id'),
    sealed: text('sealed').notNull(),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
  },
  // Providers make the ids: two projects may well have the same one.
  (t) => [primaryKey({ columns: [t.projectId, t.id] }), index('responses_expiry').on(t.expiresAt)],
);

/** The newest model list that was fetched, for every process that shares the database. One row. */
export const catalogUpdates = pgTable('catalog_updates', {
  id: text('id').primaryKey(),
  source: text('source').notNull(),
  document: text('document').notNull(),
  fetchedAt: instant('fetched_at').notNull(),
});
