/**
 * What is remembered of one request: its usage record and its ledger movement in one row. This is the row of the
 * journal and of the store alike, so its names are the store's columns.
 */
export interface UsageRecord {
  id: string;
  organization_id: string;
  project_id: string;
  key_id: string;
  /** ISO 8601. */
  created_at: string;
  format: string;
  /** Our name of it, `provider/model`; as the caller named it when nothing answers to that. */
  model: string;
  provider: string | null;
  provider_model: string | null;
  stream: boolean;
  status_code: number;
  error_code: string | null;
  tokens_in: number;
  tokens_cached: number;
  tokens_cache_write: number;
  tokens_out: number;
  tokens_reasoning: number;
  /** Nano-dollars, as a decimal string: it is a bigint in the store. */
  cost_nano: string;
  estimated: boolean;
  /** Served with the organisation's own key: it counts against limits, but no balance pays it. Absent in older journals. */
  own_key?: boolean;
  /** The tier that it was billed by, where that is not the standard one. */
  service_tier?: string | null;
  latency_ms: number;
  first_token_ms: number | null;
  source: string | null;
  session: string | null;
  metadata: Record<string, string> | null;
  /** A failed attempt of a request that went on elsewhere: that request's id. */
  retried_by?: string | null;
  /** How the target was chosen, where there was a choice, as `routing-note.ts` writes it. */
  routing?: string | null;
  /** Answered from the response cache. Absent: no. */
  cache_hit?: boolean;
  /** Whose limits it counts against: the key, then its ancestors. */
  chain: readonly string[];
  /** For keys of the chain with a recurring limit: the window it counts in. */
  windows: Readonly<Record<string, number>> | null;
}
