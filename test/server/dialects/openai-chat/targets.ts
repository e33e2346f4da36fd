import type { Offer } from '../../../../server/catalog/types.ts';
import { scanObject, splice } from '../../../../server/dialects/json-scan.ts';
import { type JsonObject, parseJson, toJson } from '../../../../server/dialects/lossless.ts';
import type { NeutralRequest } from '../../../../server/dialects/neutral/request.ts';
import { caller, openaiChat, provider as side } from '../../../../server/dialects/openai-chat/index.ts';
import type { TargetFacts } from '../../../../server/dialects/translation.ts';
import { openaiCompatible, type Provider } from '../../../../server/providers/provider.ts';

/** A target, of OpenAI's `gpt-4o` unless said otherwise. */
export function target(
  provider: Partial<Provider> = {},
  more: Partial<TargetFacts> & { capabilities?: string[] } = {},
) {
  const { capabilities = [], model = 'gpt-4o', offer, ...rest } = more;
  return {
    model,
    offer: { id: `openai/${model}`, model, providerModel: model, capabilities, ...offer } as unknown as Offer,
    provider: openaiCompatible('openai', 'OpenAI', 'https://api.openai.com/v1', {
      outputLimitField: 'max_completion_tokens',
      chat: { strict: true },
      ...provider,
    }),
    stream: false,
    maxOutputTokens: undefined,
    cacheMarks: true,
    ...rest,
  } satisfies TargetFacts;
}

const scanOf = (body: JsonObject | string) => scanObject(Buffer.from(typeof body === 'string' ? body : toJson(body)));

/** A body, checked as the proxy does, in neutral form. */
export function neutral(body: JsonObject | string): NeutralRequest {
  const scan = scanOf(body);
  return caller.readRequest(parseJson(scan.bytes.toString()) as JsonObject, openaiChat.read(scan, {}));
}

/** A body as another provider of chat completions gets it, translated. */
export function translated(body: JsonObject | string, to: TargetFacts): JsonObject {
  return JSON.parse(toJson(side.writeRequest(neutral(body), to).body)) as JsonObject;
}

/** A body as a provider of the same dialect gets it; undefined when it must be translated. */
export function rewritten(body: JsonObject | string, to: TargetFacts): string | undefined {
  const scan = scanOf(body);
  const edits = openaiChat.rewrite(scan, openaiChat.read(scan, {}), to);
  return edits && splice(scan, edits).toString();
}
