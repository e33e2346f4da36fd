/** The settings of a project's routing as they are typed, in the order in which they are shown: `<group>.<name>`. */
export const ROUTING_KEYS = [
  'weights.price',
  'weights.image_price',
  'weights.uptime',
  'weights.throughput',
  'weights.latency',
  'weights.cache',
  'thresholds.cache_prompt_tokens',
  'thresholds.uptime_penalty',
  'thresholds.default_uptime',
  'thresholds.default_latency',
  'thresholds.default_throughput',
  'thresholds.exploration_rate',
  'retry.max_retries',
  'retry.low_uptime_fallback_threshold',
  'timeouts.connect_ms',
  'timeouts.first_byte_ms',
  'timeouts.idle_ms',
  'timeouts.gateway_ms',
  'timeouts.streaming_ms',
  'timeouts.plain_ms',
  'history.window_minutes',
  'history.tier1_minutes',
  'history.tier2_minutes',
  'history.tier1_weight',
  'history.tier2_weight',
  'history.tier3_weight',
  'sticky.enabled',
  'sticky.sessions',
  'sticky.ttl_seconds',
  'sticky.uptime_threshold',
  'sticky.score_margin',
  'auto.boundaries.MEDIUM',
  'auto.boundaries.COMPLEX',
  'auto.boundaries.REASONING',
  'auto.models.SIMPLE',
  'auto.models.MEDIUM',
  'auto.models.COMPLEX',
  'auto.models.REASONING',
] as const;

/** What stands before a provider's name: `priorities.openai`. */
export const PRIORITY = 'priorities.';

/** Groups, which can be taken back as a whole. */
export const ROUTING_GROUPS = [...new Set(ROUTING_KEYS.map((key) => key.slice(0, key.indexOf('.')))), 'priorities'];
