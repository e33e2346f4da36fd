import type { Kind } from '../../helpers/providers/kinds.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of five formats
type Body = any;

/**
 * Where two bodies may differ and still be the same call. Each row says why; everything else must be equal to what the
 * provider's own SDK sends.
 */
const SAME: Record<Kind, (body: Body) => void> = {
  'openai-chat'(body) {
    for (const message of body.messages) {
      // `developer` is the newer name of `system`.
      if (message.role === 'developer') message.role = 'system';
      // One part of text is the same as the text.
      message.content = plain(message.content, 'text');
      // What the model says of itself need not be sent back where it is empty.
      if (message.refusal === null) delete message.refusal;
      if (message.annotations?.length === 0) delete message.annotations;
    }
    // False is the default of `strict` in functions.
    for (const { function: tool } of body.tools ?? []) if (tool.strict === false) delete tool.strict;
    // Named by the caller's format or by us: it says nothing.
    if (body.response_format?.json_schema) body.response_format.json_schema.name = '';
    effort(body, 'reasoning_effort');
  },
  'openai-responses'(body) {
    // Instructions are a system message before all others.
    if (typeof body.input === 'string') body.input = [{ role: 'user', content: body.input }];
    if (body.instructions) body.input.unshift({ role: 'system', content: body.instructions });
    delete body.instructions;
    // Several parts of system text are as many messages.
    body.input = body.input.flatMap((item: Body) =>
      item.role === 'system' && Array.isArray(item.content)
        ? item.content.map((part: Body) => ({ role: 'system', content: [part] }))
        : [item],
    );
    for (const item of body.input) {
      if (item.role === 'developer') item.role = 'system';
      if (item.role) {
        item.type = 'message';
        item.content = plain(item.content, 'input_text');
        item.content = plain(item.content, 'output_text');
      }
      // Ids and states of items are not needed where nothing is stored.
      if (item.type !== 'reasoning') delete item.id;
      delete item.status;
      for (const part of Array.isArray(item.content) ? item.content : []) {
        if (part.detail === 'auto') delete part.detail;
      }
    }
    if (body.text?.format) body.text.format.name = '';
    // Asked for in every call, so that thoughts can come back.
    if (body.include?.length === 1 && body.include[0] === 'reasoning.encrypted_content') delete body.include;
    if (body.reasoning) effort(body.reasoning, 'effort');
    if (body.reasoning && Object.keys(body.reasoning).join() === 'summary') delete body.reasoning;
  },
  'anthropic-messages'(body) {
    for (const message of body.messages) {
      if (typeof message.content === 'string') message.content = [{ type: 'text', text: message.content }];
      for (const block of message.content) {
        if (block.type === 'tool_result') block.content = plain(block.content, 'text');
        if (block.type === 'tool_use' && block.caller?.type === 'direct') delete block.caller;
        if (block.citations === null) delete block.citations;
      }
    }
    // Three ways to ask for thoughts: by budget, by effort, as the model likes.
    if (body.thinking && body.thinking.type !== 'disabled') body.thinking = 'on';
    if (body.output_config) delete body.output_config.effort;
    if (body.output_config && Object.keys(body.output_config).length === 0) delete body.output_config;
  },
  gemini(body) {
    // An answer's own parts come back in as many pieces as they were sent.
    for (const content of body.contents) {
      for (const part of content.parts) {
        // Google pairs by order and name; ids are ours or the caller's.
        if (part.functionCall) delete part.functionCall.id;
        if (part.functionResponse) {
          delete part.functionResponse.id;
          // The member's name is free.
          part.functionResponse.response = { output: Object.values(part.functionResponse.response)[0] };
        }
      }
    }
    if (body.systemInstruction) delete body.systemInstruction.role;
    const config = body.generationConfig;
    // By level or by budget, from what effort: the mapping has tests of its own.
    if (config?.thinkingConfig) config.thinkingConfig = { includeThoughts: config.thinkingConfig.includeThoughts };
    // References are inlined and keywords that Google does not name left out: tests of the dialect say which.
    for (const { functionDeclarations: list } of body.tools ?? []) {
      for (const { parametersJsonSchema: schema } of list ?? []) {
        if (schema.$defs) schema.properties.days.items = schema.$defs.day;
        delete schema.$defs;
        delete schema.properties.city.minLength;
      }
    }
    // AUTO is the default.
    if (body.toolConfig?.functionCallingConfig?.mode === 'AUTO') delete body.toolConfig;
  },
  'bedrock-converse'(body) {
    for (const { content } of body.messages) {
      for (const { toolResult } of content) if (toolResult?.status === 'success') delete toolResult.status;
    }
    // AUTO is the default.
    if (body.toolConfig?.toolChoice?.auto) delete body.toolConfig.toolChoice;
    const fields = body.additionalModelRequestFields;
    if (fields?.thinking) body.additionalModelRequestFields = { thinking: 'on' };
    const schema = body.outputConfig?.textFormat?.structure.jsonSchema;
    if (schema) delete schema.name;
  },
};

/** A body as it is compared: without the mark that tells requests apart, and with one spelling for what is the same. */
export function canonical(kind: Kind, text: string): unknown {
  const body = JSON.parse(text.replaceAll(/#[\w-]+\]\]/g, ']]'));
  SAME[kind](body);
  return body;
}

function plain(content: Body, type: string): Body {
  return Array.isArray(content) && content.length === 1 && content[0].type === type ? content[0].text : content;
}

/** How much thinking a budget or an effort comes to is tested where it is decided. */
function effort(holder: Body, name: string): void {
  if (holder[name] !== undefined) delete holder[name];
}
