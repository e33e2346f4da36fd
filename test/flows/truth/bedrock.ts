import {
  BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { toolResult } from '../../helpers/providers/scenario.ts';
import { asked, type Connection, MAX_TOKENS, type Question, SYSTEM, THINK_TOKENS } from '../matrix/question.ts';

function input(question: Question): ConverseCommandInput & { messages: object[] } {
  const { text, tool, reasoning, image, structured } = asked(question);
  const content: ContentBlock[] = [{ text }];
  if (image) content.push({ image: { format: 'png', source: { bytes: Buffer.from(image, 'base64') } } });
  return {
    modelId: question.model,
    system: SYSTEM.map((text) => ({ text })),
    messages: [{ role: 'user', content }],
    inferenceConfig: { maxTokens: MAX_TOKENS },
    ...(tool && {
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: tool.name,
              description: tool.description,
              inputSchema: { json: tool.schema as never },
            },
          },
        ],
      },
    }),
    ...(reasoning && {
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: THINK_TOKENS } },
    }),
    ...(structured && {
      outputConfig: {
        textFormat: {
          type: 'json_schema' as const,
          structure: { jsonSchema: { schema: JSON.stringify(structured), name: 'person' } },
        },
      },
    }),
  };
}

function clientOf({ url, key }: Connection): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url,
    token: { token: key },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    // Its own way is HTTP/2, which loopback servers without TLS do not speak.
    requestHandler: new NodeHttpHandler(),
  });
}

/** A call by AWS's own SDK. */
export function converse(connection: Connection, question: Question): Promise<ConverseCommandOutput> {
  return clientOf(connection).send(new ConverseCommand(input(question)));
}

/** The text of a stream, read by AWS's own SDK. */
export async function converseStream(connection: Connection, question: Question): Promise<string> {
  const { stream } = await clientOf(connection).send(new ConverseStreamCommand(input(question)));
  let text = '';
  for await (const event of stream!) text += event.contentBlockDelta?.delta?.text ?? '';
  return text;
}

/** A loop of tool calls by AWS's own SDK; its last words. */
export async function converseLoop(connection: Connection, question: Question): Promise<string> {
  const first = input(question);
  const client = clientOf(connection);
  const messages = [...first.messages] as NonNullable<ConverseCommandInput['messages']>;
  for (;;) {
    const { output } = await client.send(new ConverseCommand({ ...first, messages }));
    const content = output!.message!.content!;
    const calls = content.flatMap(({ toolUse }) => (toolUse ? [toolUse] : []));
    if (calls.length === 0) return content.map(({ text }) => text ?? '').join('');
    messages.push({ role: 'assistant', content });
    messages.push({
      role: 'user',
      content: calls.map(({ toolUseId, name, input: given }) => ({
        toolResult: { toolUseId, content: [{ text: toolResult(name!, given) }] },
      })),
    });
  }
}
