import type { Format } from '../../../server/dialects/dialect.ts';
import { type Gateway, startGateway, stopGateways } from '../../helpers/gateway.ts';
import type { Kind } from '../../helpers/providers/kinds.ts';
import { REPLIES } from '../../helpers/providers/scenario.ts';
import { type Providers, startProviders } from '../../helpers/providers/start.ts';
import type { Expectation } from './caller.ts';
import type { Connection } from './question.ts';

/** One gateway in front of the five doubles. */
export interface World extends Connection {
  providers: Providers;
  gateway: Gateway;
  stop(): Promise<void>;
}

/** Starts both; the gateway reaches every dialect at the same double. */
export async function startWorld(): Promise<World> {
  const providers = await startProviders();
  const { url } = providers;
  const gateway = await startGateway({
    credit: '1000',
    providers: {
      openai: `${url}/openai/v1`,
      anthropic: url,
      'google-ai-studio': url,
      'aws-bedrock': url,
      quiet: `${url}/quiet/v1`,
      loud: providers.thinkingUrl,
    },
    env: { LLM_AWS_BEDROCK_REGION: 'us-east-1' },
  });
  return {
    url: gateway.url,
    key: gateway.key,
    providers,
    gateway,
    async stop() {
      await stopGateways();
      await providers.close();
    },
  };
}

/** A model for each dialect, with its price in USD per million tokens: fresh input, cached input, output. */
const TARGETS: Readonly<Record<Kind, { model: string; usd?: readonly [number, number, number] }>> = {
  'openai-chat': { model: 'quiet/any' },
  'openai-responses': { model: 'openai/gpt-5.3-codex', usd: [1.75, 0.175, 14] },
  'anthropic-messages': { model: 'anthropic/claude-sonnet-4.6', usd: [3, 0.3, 15] },
  gemini: { model: 'google-ai-studio/gemini-3.5-flash', usd: [1.5, 0.15, 9] },
  'bedrock-converse': { model: 'aws-bedrock/claude-sonnet-4.6', usd: [3, 0.3, 15] },
};

/** Which model a request of this scenario names to reach that dialect. Only some chat providers think aloud. */
export function modelOf(kind: Kind, scenario: string): string {
  const thinks = kind === 'openai-chat' && ['reasoning', 'everything', 'loop'].includes(scenario);
  return thinks ? 'loud/any' : TARGETS[kind].model;
}

/** What a scenario must come to for a caller of this format at a provider of this dialect. */
export function expectationOf(format: Format, kind: Kind, scenario: string): Expectation {
  const reply = { scenario, ...REPLIES[scenario]! };
  // OpenAI tells its thoughts, summed up, only to those who ask; chat completions has no words for it.
  if (format === 'openai-chat' && kind === 'openai-responses')
    reply.steps = reply.steps.filter(({ type }) => type !== 'reasoning');
  const { usd } = TARGETS[kind];
  if (!usd) return { reply, kind, cost: undefined };
  const { input, cached, output } = reply.usage;
  return { reply, kind, cost: (input * usd[0] + cached * usd[1] + output * usd[2]) / 1e6 };
}

/** All pairs of caller and provider. */
export function pairsOf(formats: readonly Format[], kinds: readonly Kind[]): { format: Format; kind: Kind }[] {
  return formats.flatMap((format) => kinds.map((kind) => ({ format, kind })));
}
