import type { BedrockRequest } from './bedrock-request.ts';
import type { ChatRequest } from './chat-request.ts';
import type { GeminiRequest } from './gemini-request.ts';
import type { Kind } from './kinds.ts';
import type { MessagesRequest } from './messages-request.ts';
import type { ResponsesRequest } from './responses-request.ts';

/** The results of tools in a request's history, in order, as text. */
export function resultsOf(kind: Kind, body: unknown): string[] {
  switch (kind) {
    case 'openai-chat':
      return (body as ChatRequest).messages.flatMap((each) => (each.role === 'tool' ? [plain(each.content)] : []));
    case 'openai-responses': {
      const { input } = body as ResponsesRequest;
      return typeof input === 'string'
        ? []
        : input.flatMap((each) => (each.type === 'function_call_output' ? [plain(each.output)] : []));
    }
    case 'anthropic-messages':
      return (body as MessagesRequest).messages.flatMap(({ content }) =>
        typeof content === 'string'
          ? []
          : content.flatMap((block) => (block.type === 'tool_result' ? [plain(block.content ?? '')] : [])),
      );
    case 'gemini':
      return (body as GeminiRequest).contents.flatMap(({ parts }) =>
        parts.flatMap(({ functionResponse: found }) => (found ? [only(found.response)] : [])),
      );
    case 'bedrock-converse':
      return (body as BedrockRequest).messages.flatMap(({ content }) =>
        content.flatMap((block) =>
          'toolResult' in block
            ? block.toolResult.content.map((each) =>
                'text' in each ? each.text : 'json' in each ? only(each.json) : '?',
              )
            : [],
        ),
      );
  }
}

/** How many thoughts, sealed, are in a request's history. */
export function thoughtsOf(kind: Kind, body: unknown): number {
  const text = JSON.stringify(body);
  const marks: Record<Kind, RegExp> = {
    'openai-chat': /"reasoning_content":/g,
    'openai-responses': /"encrypted_content":/g,
    'anthropic-messages': /"signature":/g,
    gemini: /"thoughtSignature":/g,
    'bedrock-converse': /"reasoningText":/g,
  };
  return (text.match(marks[kind]) ?? []).length;
}

function plain(content: string | readonly object[]): string {
  return typeof content === 'string'
    ? content
    : content.map((part) => ('text' in part ? String(part.text) : '?')).join('');
}

/** The one text in a result that must be an object: whatever its member is called. */
function only(response: unknown): string {
  if (typeof response === 'string') return response;
  const values = Object.values(response as object);
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : JSON.stringify(response);
}
