import { inForce } from '../../../server/routing/project-overrides.ts';
import { DEFAULTS } from '../../../server/routing/settings.ts';
import { type Answer, json } from '../../helpers/fake-gateway.ts';
import { signInRoutes } from '../../helpers/fake-issuer.ts';

/** A page of a list that has these rows. */
export function list(...data: unknown[]): Answer {
  return json({ data, next_cursor: null });
}

export const MODEL = {
  id: 'openai/gpt-4o-mini',
  object: 'model',
  type: 'model',
  name: 'GPT-4o mini',
  display_name: 'GPT-4o mini',
  provider: 'openai',
  owned_by: 'openai',
  created: 1_721_000_000,
  created_at: '2024-07-18T00:00:00.000Z',
  context_window: 128_000,
  max_output_tokens: 16_384,
  pricing: {
    input: '0.00000015',
    output: '0.0000006',
    cached_input: null,
    cache_write: null,
    cache_write_1h: null,
    request: null,
  },
  capabilities: ['streaming', 'tools'],
  formats: ['openai'],
};

export const MODELS: Record<string, Answer> = {
  'GET /v1/models': json({ object: 'list', data: [MODEL], has_more: false, first_id: MODEL.id, last_id: MODEL.id }),
};

export const CATALOG = {
  source: 'https://models.dev/api.json',
  fetched_at: '2026-01-01T00:00:00.000Z',
  age_s: 0,
  providers: 2,
  models: 412,
  changed: 7,
  added: 31,
  held: [],
  unread: 0,
  refresh_hours: 24,
  refresh_url: 'https://models.dev/api.json',
  last_attempt_at: '2026-01-01T00:00:00.000Z',
  last_error: null,
};

export const TOTALS = {
  total_requests: 12,
  total_tokens_in: 3400,
  total_tokens_out: 900,
  total_cost_usd: '0.0123',
};

export const LOG = {
  id: 'req_1',
  created_at: '2026-01-01T00:00:00.000Z',
  key: 'key_1',
  key_name: 'ci',
  model: 'openai/gpt-4o-mini',
  provider: 'openai',
  provider_model: 'gpt-4o-mini',
  format: 'openai',
  stream: false,
  status_code: 200,
  error_code: null,
  tokens_in: 9,
  tokens_cached: 0,
  tokens_cache_write: 0,
  tokens_out: 2,
  tokens_reasoning: 0,
  cost_usd: '0.0000123',
  estimated: false,
  latency_ms: 412,
  time_to_first_token_ms: null,
  source: 'gateway-cli',
  session: null,
  metadata: { team: 'search' },
  retried_by: null,
  routing: {
    reason: 'weighted-score',
    strategy: 'auto',
    session: false,
    no_fallback: false,
    attempts: [
      { provider: 'acme', model: 'm', status_code: 502, error_type: 'server_error', succeeded: false, latency_ms: 41 },
      { provider: 'openai', model: 'm', status_code: 200, error_type: 'none', succeeded: true, latency_ms: 1412 },
    ],
    scores: [
      {
        provider: 'acme',
        model: 'acme/m',
        region: 'eu',
        score: 0.01234,
        price: 0.375,
        uptime: 99.5,
        latency_ms: 812.4,
        throughput: 61.25,
        priority: 1,
        cache_supported: true,
      },
      { provider: 'openai', model: 'm', score: 1.5, price: null },
    ],
  },
  cache_hit: false,
};

export const EXPLANATION = {
  model: 'auto',
  format: 'openai',
  stream: false,
  tier: 'SIMPLE',
  tier_score: -0.12,
  signals: [{ name: 'simple', score: -0.1 }],
  reason: 'weighted-score',
  strategy: 'auto',
  session: 's1',
  no_fallback: false,
  chosen: { provider: 'openai', model: 'openai/gpt-4o-mini', region: null },
  fallbacks: [{ provider: 'acme', model: 'acme/m', region: 'eu' }],
  candidates: [
    {
      provider: 'openai',
      model: 'openai/gpt-4o-mini',
      region: null,
      score: 0.01234,
      price: { input: '0.15', output: '0.60' },
      estimated_cost_usd: '0.0006',
      uptime: 99.5,
      latency_ms: 812.4,
      throughput: 61.25,
      priority: 1,
      cache_supported: true,
      down: false,
      own_key: true,
      keys: { healthy: 1, total: 2 },
    },
    {
      provider: 'acme',
      model: 'acme/m',
      region: 'eu',
      score: null,
      price: null,
      estimated_cost_usd: null,
      uptime: null,
      latency_ms: null,
      throughput: null,
      priority: 2,
      cache_supported: false,
      down: true,
      own_key: false,
      keys: { healthy: 0, total: 1 },
    },
  ],
  excluded: [{ provider: 'groq', model: 'groq/m', code: 'no_provider_key', reason: 'There is no key of groq here.' }],
  estimate: {
    input_tokens: 9,
    output_tokens_typical: 1024,
    output_tokens_max: 16_384,
    cost_usd: '0.0006',
    max_cost_usd: '0.0098',
  },
  budget: { affordable: true, left_usd: '5.00', bounded_by: 'The balance' },
  refusal: null,
};

export const LOGS: Answer = json({ data: [LOG], next_cursor: null, as_of: '2026-01-01T00:00:01.000Z' });

export const USAGE: Answer = json({
  range_days: 30,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-31T00:00:00.000Z',
  by: 'model',
  ...TOTALS,
  groups: [{ group: 'openai/gpt-4o-mini', name: null, ...TOTALS }],
});

export const AUTO_TOPUP = {
  enabled: true,
  threshold_usd: '5.00',
  amount_usd: '25.00',
  max_per_month_usd: '100.00',
  granted_this_month_usd: '25.00',
  last_topup_at: '2026-01-01T00:00:00.000Z',
};

export const MOVEMENT = {
  id: 'led_1',
  kind: 'credit',
  amount_usd: '25.00',
  description: 'Granted by hand (top_1)',
  request_id: null,
  created_at: '2026-01-01T00:00:00.000Z',
};

export const ORGANIZATION = {
  id: 'org_1',
  name: 'Acme',
  role: 'owner',
  status: 'active',
  current: true,
  balance_usd: '4.20',
  rate_limits: null,
  created_at: '2026-01-01T00:00:00.000Z',
};

export const PROJECT = {
  id: 'prj_1',
  name: 'web',
  default: false,
  active_keys: 2,
  response_retention_days: 30,
  prompt_cache_marks: true,
  response_cache_seconds: null,
  created_at: '2026-01-01T00:00:00.000Z',
};

const ROUTING = inForce(DEFAULTS);

export const PROJECT_ROUTING = {
  project: 'prj_1',
  name: 'web',
  overrides: { weights: { price: 0.8 } },
  effective: { ...ROUTING, weights: { ...ROUTING.weights, price: 0.8 } },
  defaults: ROUTING,
};

export const MEMBER = {
  id: 'usr_ann',
  email: 'ann@example.com',
  display_name: 'Ann',
  role: 'developer',
  status: 'active',
  created_at: '2026-01-01T00:00:00.000Z',
};

export const PROVIDER_KEY = {
  id: 'pvk_1',
  provider: 'groq',
  label: 'default',
  base_url: null,
  settings: {},
  key_hint: 'cdef',
  status: 'active',
  health: { state: 'ok', reason: null, since: null },
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

export const PROVIDER = {
  name: 'groq',
  title: 'Groq',
  formats: ['openai-chat'],
  configured_by: 'organization',
  own_keys: [PROVIDER_KEY],
  known: true,
  key: 'required',
  any_model: false,
  settings: [{ name: 'region', about: 'Where.', default: 'us', required: false, secret: false }],
};

export const AUDIT_ENTRY = {
  id: '42',
  created_at: '2026-01-01T00:00:00.000Z',
  actor: 'usr_ann',
  actor_name: 'ann@example.com',
  action: 'key.created',
  target: 'key_1',
  details: { name: 'ci', limit_usd: '5.00' },
};

export const TOPUP = {
  checkout_url: 'https://pay.example/top_1',
  session_id: 'top_1',
  amount_usd: '5.00',
  fees: null,
  status: 'open',
  expires_at: 1_767_225_600,
};

/** The addresses in what an issuer says of itself: they are called. */
export const ENDPOINTS = [
  'issuer',
  'resource',
  'device_authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'email_code_endpoint',
];

/** A server's own issuer: discovery, the device flow, and revocation. Addresses are those that the request came to. */
export const ORIGINS = signInRoutes((request) => `http://${request.headers.host}`);

export const RULE = {
  id: 'iam_1',
  key: 'key_1',
  rule_type: 'allow_models',
  rule_value: { models: ['gpt-4o-mini', 'claude-haiku-4.5'] },
  status: 'active',
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-02T00:00:00.000Z',
};
