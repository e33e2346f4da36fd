import { bedrockFrames, bedrockJson, forcedTool } from './bedrock-reply.ts';
import { readBedrock, thinks } from './bedrock-request.ts';
import { type ChatManner, chatFrames, chatJson } from './chat-reply.ts';
import { readChat } from './chat-request.ts';
import { geminiFrames, geminiJson } from './gemini-reply.ts';
import { readGemini } from './gemini-request.ts';
import { forced, messagesFrames, messagesJson } from './messages-reply.ts';
import { readMessages } from './messages-request.ts';
import { must } from './refuse.ts';
import { responsesFrames, responsesJson } from './responses-reply.ts';
import { readResponses } from './responses-request.ts';
import type { Reply } from './scenario.ts';

/** The five provider dialects. */
export type Kind = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'bedrock-converse';
export const KINDS: readonly Kind[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock-converse',
];

/** A call as it came in. */
export interface Call {
  kind: Kind;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a provider's body, which tests look into
  body: any;
  model: string;
  stream: boolean;
}

interface Rendered {
  json(): string;
  frames(): Iterable<string | Buffer>;
}

/** Checks a call as the provider would and gives the answer in its words. Throws `Refusal`. */
export function render(call: Call, reply: Reply, manner: ChatManner = {}): Rendered {
  const { body, model, headers } = call;
  switch (call.kind) {
    case 'openai-chat': {
      bearer(headers);
      const request = readChat(body, manner.thoughts !== undefined);
      return {
        json: () => JSON.stringify(chatJson(reply, model, manner)),
        frames: () => chatFrames(reply, model, manner, request.stream_options?.include_usage ?? false),
      };
    }
    case 'openai-responses': {
      bearer(headers);
      const request = readResponses(body);
      return {
        json: () => JSON.stringify(responsesJson(reply, request)),
        frames: () => responsesFrames(reply, request),
      };
    }
    case 'anthropic-messages': {
      must(headers['x-api-key'] || /^Bearer ./.test(String(headers.authorization)), 'x-api-key header is required');
      must(headers['anthropic-version'], 'anthropic-version: header is required');
      const request = readMessages(body);
      const answer = forced(thoughtful(reply, /^(enabled|adaptive)$/.test(request.thinking?.type ?? '')), request);
      return { json: () => messagesJson(answer, model), frames: () => messagesFrames(answer, model) };
    }
    case 'gemini': {
      must(headers['x-goog-api-key'], "Method doesn't allow unregistered callers");
      const thoughts = readGemini(body, model).generationConfig?.thinkingConfig?.includeThoughts ?? false;
      return {
        json: () => geminiJson(reply, model, thoughts),
        frames: () => geminiFrames(reply, model, thoughts),
      };
    }
    case 'bedrock-converse': {
      must(/^(Bearer |AWS4-HMAC-SHA256 )/.test(String(headers.authorization)), 'Missing Authentication Token');
      const request = readBedrock(body);
      const answer = forcedTool(thoughtful(reply, thinks(request)), request);
      return { json: () => bedrockJson(answer), frames: () => bedrockFrames(answer) };
    }
  }
}

/** Claude says what it thinks only when it was told to think. */
function thoughtful(reply: Reply, asked: boolean): Reply {
  return asked ? reply : { ...reply, steps: reply.steps.filter(({ type }) => type !== 'reasoning') };
}

function bearer({ authorization }: Call['headers']): void {
  must(/^Bearer \S/.test(String(authorization)), "You didn't provide an API key.");
}

/** What a call's path says of its dialect, model and mode. The last segments decide, so any base URL does. */
export function kindOf(
  path: string,
  body: { model?: string; stream?: boolean },
): Pick<Call, 'kind' | 'model' | 'stream'> {
  const [bare] = path.split('?');
  const named = { model: body.model ?? '', stream: body.stream ?? false };
  if (bare!.endsWith('/chat/completions')) return { kind: 'openai-chat', ...named };
  if (bare!.endsWith('/responses')) return { kind: 'openai-responses', ...named };
  if (bare!.endsWith('/messages')) return { kind: 'anthropic-messages', ...named };
  const gemini = /\/models\/([^/]+):(generateContent|streamGenerateContent)$/.exec(bare!);
  if (gemini) {
    const stream = gemini[2] === 'streamGenerateContent';
    must(!stream || path.includes('alt=sse'), 'this double streams SSE only');
    return { kind: 'gemini', model: gemini[1]!, stream };
  }
  const bedrock = /\/model\/([^/]+)\/(converse|converse-stream)$/.exec(bare!);
  must(bedrock, `no such path: ${path}`);
  return { kind: 'bedrock-converse', model: decodeURIComponent(bedrock[1]!), stream: bedrock[2] === 'converse-stream' };
}
