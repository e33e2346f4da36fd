import { GatewayError } from '../../../shared/errors.ts';
import type { Offer } from '../../catalog/types.ts';
import { invalid } from '../body-checks.ts';
import type { Format, ProviderFormat } from '../dialect.ts';
import type { DocumentPart, Family, Message, NeutralRequest, ToolResult, UserPart } from './request.ts';

/** What each caller's format calls the conversation. */
const CONVERSATION: Readonly<Record<Format, string>> = {
  'openai-chat': 'messages',
  'openai-responses': 'input',
  'anthropic-messages': 'messages',
  gemini: 'contents',
};

/** Whose native parts each format takes. */
const FAMILIES: Readonly<Record<ProviderFormat, Family>> = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  gemini: 'google',
  'bedrock-converse': 'bedrock',
};

/** What a model must be able to do, any of it, to take such a part. */
const NEEDS = {
  image: { any: ['vision'], what: 'images' },
  // Most models that see pictures are shown the pages of a document.
  document: { any: ['documents', 'vision'], what: 'documents' },
  audio: { any: ['audio'], what: 'audio' },
} as const;

/** Stands in place of a picture: agents read image files of their own accord, and must not break where nobody can see them. */
const NOT_SEEN = '[An image was left out here: this model cannot see images.]';

/**
 * The request as a model can take it. Throws 400 for content of a type that is not known, unless it goes to the family that
 * it came from, and `model_not_supported` for what a user shows to a model that cannot perceive it. Pictures among the
 * results of tools become a note. A model of unknown make is trusted.
 */
export function fitRequest(request: NeutralRequest, offer: Offer, format: ProviderFormat): NeutralRequest {
  const blind = !offer.priceUnknown && !offer.capabilities.includes('vision');
  const conversation = CONVERSATION[request.format ?? 'openai-chat'];
  let unseen = false;
  for (const message of request.messages) {
    if (message.role === 'tool') {
      unseen ||= blind && message.content.some(({ type }) => type === 'image');
      continue;
    }
    for (const part of message.content) {
      if (part.type === 'native' && part.unknownAt !== undefined && part.family !== FAMILIES[format])
        throw invalid(part.unknownAt, `${part.unknownAt}: content of this type is not known here.`);
      if (message.role === 'user' && !offer.priceUnknown) checkPart(part as UserPart, offer, conversation);
    }
  }
  return unseen ? { ...request, messages: request.messages.map(withNotes) } : request;
}

function checkPart(part: UserPart, { id, capabilities }: Offer, param: string): void {
  if (part.type !== 'image' && part.type !== 'document' && part.type !== 'audio') return;
  if (part.type === 'document' && isText(part)) return;
  const { any, what } = NEEDS[part.type];
  if (any.some((capability) => capabilities.includes(capability))) return;
  throw new GatewayError('model_not_supported', `Model ${id} does not take ${what}.`, {
    param,
    hint: `Run \`gateway models --capability ${any[0]}\` to see the models that do.`,
  });
}

/** A document that is sent as the text it is. */
function isText({ source }: DocumentPart): boolean {
  return source.kind === 'text' || (source.kind === 'base64' && source.mediaType.startsWith('text/'));
}

function withNotes(message: Message): Message {
  if (message.role !== 'tool') return message;
  const content = message.content.map((part): ToolResult['content'][number] =>
    part.type === 'image' ? { type: 'text', text: NOT_SEEN, ...(part.cache && { cache: part.cache }) } : part,
  );
  return { ...message, content };
}
