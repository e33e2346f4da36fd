import { z } from 'zod';

const weight = z.number().min(0).max(1000);
const percent = z.number().min(0).max(100);
const ms = (most: number) => z.number().int().min(1).max(most);

/** How a model is asked for: by everything that counts, or by one thing. */
export const STRATEGIES = ['auto', 'price', 'throughput', 'latency'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** How hard a prompt is, easiest first. */
export const TIERS = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING'] as const;
export type Tier = (typeof TIERS)[number];

/** A model's name, or `provider/model`. */
const modelName = z.string().trim().min(1).max(200);

/** What a project may want otherwise in `auto`. */
const autoOverrides = z
  .strictObject({
    /** The lowest score of each tier above SIMPLE, -1 to 1. */
    boundaries: z.strictObject({ MEDIUM: z.number(), COMPLEX: z.number(), REASONING: z.number() }).partial(),
    /** By tier, the models that may be chosen, in place of those that the catalogue has for it. */
    models: z.partialRecord(z.enum(TIERS), z.array(modelName).min(1).max(50)),
  })
  .partial();

/**
 * What a project may want otherwise of how its requests are routed; what is absent is as the server's defaults say. Times
 * can only be lowered. In the API, in the CLI and in the store alike.
 */
export const routingOverrides = z
  .strictObject({
    weights: z
      .strictObject({
        price: weight,
        image_price: weight,
        uptime: weight,
        throughput: weight,
        latency: weight,
        cache: weight,
      })
      .partial(),
    thresholds: z
      .strictObject({
        cache_prompt_tokens: z.number().int().min(0),
        uptime_penalty: percent,
        default_uptime: percent,
        default_latency: z.number().min(1),
        default_throughput: z.number().min(1),
        exploration_rate: z.number().min(0).max(1),
      })
      .partial(),
    retry: z
      .strictObject({ max_retries: z.number().int().min(0).max(10), low_uptime_fallback_threshold: percent })
      .partial(),
    timeouts: z
      .strictObject({
        connect_ms: ms(10_000),
        first_byte_ms: ms(1_200_000),
        idle_ms: ms(600_000),
        gateway_ms: ms(1_500_000),
        streaming_ms: ms(1_200_000),
        plain_ms: ms(600_000),
      })
      .partial(),
    history: z
      .strictObject({
        window_minutes: z.number().int().min(1).max(120),
        tier1_minutes: z.number().int().min(1).max(120),
        tier2_minutes: z.number().int().min(1).max(120),
        tier1_weight: weight,
        tier2_weight: weight,
        tier3_weight: weight,
      })
      .partial(),
    sticky: z
      .strictObject({
        enabled: z.boolean(),
        sessions: z.boolean(),
        ttl_seconds: z.number().int().min(1).max(86_400),
        uptime_threshold: percent,
        score_margin: z.number().min(0).max(10),
      })
      .partial(),
    priorities: z.record(z.string().trim().min(1).max(100), z.number().min(0).max(10)),
    auto: autoOverrides,
  })
  .partial();
export type RoutingOverrides = z.output<typeof routingOverrides>;
