import type { Kind } from '../../helpers/providers/kinds.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of five formats
type Body = any;

/**
 * Where two bodies may differ and still be the same call. Each row says why; everything else must be equal to what the
 * provider's own SDK sends.
 */
const SAME: Record<Kind, (body: Body) => void> = {
  'openai-chat'(body) {
    // Compatible servers know the older name.
    if (body.max_tokens !== undefined) body.max_completion_tokens = body.max_tokens;
    delete body.max_tokens;
    // Several system messages in a row are one text.
    body.messages = body.messages.reduce((all: Body[], message: Body) => {
      const last = all.at(-1);
      // `developer` is the newer name of `system`.
      if (message.role === 'developer') message.role = 'system';
      if (last?.role === 'system' && message.role === 'system') last.content += `\n\n${plain(message.content, 'text')}`;
      else all.push(message);
      return all;
    }, []);
    for (const message of body.messages) {
      // One part of text is the same as the text.
      message.content = plain(message.content, 'text');
      for (const part of Array.isArray(message.content) ? message.content : []) {
        if (part.image_url?.detail === 'auto') delete part.image_url.detail;
      }
      // Thoughts are sent back only to those known to want them; the SDK's user sends what came.
      delete message.reasoning_content;
      // What the model says of itself need not be sent back where it is empty.
      if (message.refusal === null) delete message.refusal;
      if (message.annotations?.length === 0) delete message.annotations;
    }
    // False is the default of `strict` in functions.
    for (const { function: tool } of body.tools ?? []) if (tool.strict === false) delete tool.strict;
    // Named by the caller's format or by us: it says nothing.
    if (body.response_format?.json_schema) body.response_format.json_schema.name = '';
    // Gemini's callers have no word for it.
    if (body.response_format?.json_schema) delete body.response_format.json_schema.strict;
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
      // A thought is sealed with what was shown of it, and chat completions has no words to ask for that.
      if (item.type === 'reasoning') {
        delete item.summary;
        delete item.encrypted_content;
      }
      // Ids and states of items are not needed where nothing is stored.
      if (item.type !== 'reasoning') delete item.id;
      delete item.status;
      for (const part of Array.isArray(item.content) ? item.content : []) {
        if (part.detail === 'auto') delete part.detail;
      }
    }
    if (body.text?.format) body.text.format.name = '';
    // Gemini's callers have no word for it.
    if (body.text?.format) delete body.text.format.strict;
    // Asked for in every call, so that thoughts can come back.
    if (body.include?.length === 1 && body.include[0] === 'reasoning.encrypted_content') delete body.include;
    if (body.reasoning) effort(body.reasoning, 'effort');
    delete body.reasoning?.summary;
    if (body.reasoning && Object.keys(body.reasoning).length === 0) delete body.reasoning;
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
    for (const content of body.contents) {
      // Thoughts without a signature prove nothing and need not come back.
      content.parts = content.parts.filter((part: Body) => !part.thought || part.thoughtSignature);
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
    // By effort or by budget: the mapping has tests of its own.
    delete body.outputConfig?.effort;
    if (body.outputConfig && Object.keys(body.outputConfig).length === 0) delete body.outputConfig;
    const schema = body.outputConfig?.textFormat?.structure.jsonSchema;
    if (schema) delete schema.name;
  },
};

/** A body as it is compared: without the mark that tells requests apart, and with one spelling for what is the same. */
export function canonical(kind: Kind, text: string): unknown {
  // Callers whose SDK parses arguments round what a float cannot hold, before we see it.
  const rounded = text.replaceAll('9007199254740993', '9007199254740992');
  const body = JSON.parse(rounded.replaceAll(/#[\w-]+\]\]/g, ']]'));
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
