import type { IncomingMessage, ServerResponse } from 'node:http';
import { bedrockFrames, bedrockJson } from '../../helpers/providers/bedrock-reply.ts';
import { chatFrames, chatJson } from '../../helpers/providers/chat-reply.ts';
import { geminiFrames, geminiJson } from '../../helpers/providers/gemini-reply.ts';
import type { Kind } from '../../helpers/providers/kinds.ts';
import { messagesFrames, messagesJson } from '../../helpers/providers/messages-reply.ts';
import { responsesFrames, responsesJson } from '../../helpers/providers/responses-reply.ts';
import { markOf, REPLIES, type Reply } from '../../helpers/providers/scenario.ts';
import type { Caller } from './caller.ts';
import type { Connection, Question } from './question.ts';

const RESPONSES = {
  model: 'm',
  input: '',
  reasoning: { summary: 'auto' as const },
  include: ['reasoning.encrypted_content'],
};

/** An answer in a provider's words, whoever asks. */
export const ANSWERS: Record<Kind, { json(reply: Reply): string; frames(reply: Reply): Iterable<string | Buffer> }> = {
  'openai-chat': {
    json: (reply) => JSON.stringify(chatJson(reply, 'm', { thoughts: 'reasoning_content' })),
    frames: (reply) => chatFrames(reply, 'm', { thoughts: 'reasoning_content' }, true),
  },
  'openai-responses': {
    json: (reply) => JSON.stringify(responsesJson(reply, RESPONSES)),
    frames: (reply) => responsesFrames(reply, RESPONSES),
  },
  'anthropic-messages': { json: (reply) => messagesJson(reply, 'm'), frames: (reply) => messagesFrames(reply, 'm') },
  gemini: { json: (reply) => geminiJson(reply, 'm', true), frames: (reply) => geminiFrames(reply, 'm', true) },
  'bedrock-converse': { json: bedrockJson, frames: bedrockFrames },
};

/** A gateway that translates nothing: what the provider named by the path says goes to the caller as it is. */
export async function wholeAnswers(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const { scenario, id } = markOf(text);
  const reply = { scenario, ...REPLIES[scenario]! };
  const answer = ANSWERS[id as Kind];
  const stream = /"stream":true/.test(text) || request.url!.includes(':streamGenerateContent');
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
  if (stream) response.end(Buffer.concat([...answer.frames(reply)].map((frame) => Buffer.from(frame))));
  else response.end(answer.json(reply));
}

/** Whether the caller's SDK and the checks of the matrix take an answer for good. */
export async function wrongFormat(
  caller: Caller,
  connection: Connection,
  question: Question,
  stream: boolean,
): Promise<boolean> {
  try {
    const outcome = await caller.ask(connection, question, stream);
    const { scenario } = question;
    caller.check(outcome, { reply: { scenario, ...REPLIES[scenario]! }, kind: question.id as Kind, cost: null });
    return true;
  } catch {
    return false;
  }
}
