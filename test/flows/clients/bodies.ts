/** Requests as today's clients send them: their members, their headers, their paths. Shortened only in prose. */

export interface ClientRequest {
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many clients
  body: any;
}

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    city: { type: 'string', description: 'The name' },
    station: { type: ['integer', 'null'], exclusiveMinimum: 0 },
    days: { type: 'array', items: { type: 'number' }, maxItems: 7, uniqueItems: true },
    mode: { anyOf: [{ const: 'fast' }, { enum: ['slow', 'exact'] }], default: 'fast' },
  },
  required: ['city'],
  additionalProperties: false,
};

const cache_control = { type: 'ephemeral' };

/** Claude Code 2.1.329: `POST /v1/messages?beta=true`. */
export function claudeCode(model: string, prompt: string, more: object = {}): ClientRequest {
  return {
    path: '/v1/messages?beta=true',
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta':
        'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,mid-conversation-tool-changes-2026-07-01',
      'anthropic-dangerous-direct-browser-access': 'true',
      'user-agent': 'claude-cli/2.1.329 (external, cli)',
      'x-app': 'cli',
      'x-claude-code-session-id': '6f3e2a6e-0000-4000-8000-000000000000',
      'x-stainless-lang': 'js',
    },
    body: {
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: '<system-reminder>\nToday is a day.\n</system-reminder>' },
            { type: 'text', text: 'First question', cache_control },
          ],
        },
        { role: 'system', content: 'The working directory has changed.' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I read the file.' },
            { type: 'tool_use', id: 'toolu_01A', name: 'Read', input: { file_path: '/a.ts' } },
            { type: 'tool_use', id: 'toolu_01B', name: 'Read', input: { file_path: '/b.ts' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_01A', content: '1→const a = 1;' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_01B',
              is_error: true,
              content: [{ type: 'text', text: 'File does not exist.' }],
              cache_control,
            },
          ],
        },
        {
          role: 'system',
          content: [{ type: 'text', text: 'Two files were opened.' }],
          output_config: { effort: 'high' },
        },
        { role: 'assistant', content: [{ type: 'text', text: 'The second file is missing.' }] },
        { role: 'user', content: prompt },
      ],
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.329.a1b; cc_entrypoint=cli;' },
        { type: 'text', text: 'You are Claude Code.', cache_control },
        { type: 'text', text: 'Use the tools.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      ],
      tools: [
        {
          name: 'Read',
          description: 'Reads a file',
          input_schema: { type: 'object', properties: { file_path: { type: 'string' } }, required: ['file_path'] },
        },
        { name: 'get_weather', description: 'Weather', input_schema: SCHEMA },
        { name: 'mcp__x__later', description: 'Later', input_schema: SCHEMA, defer_loading: true },
      ],
      metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
      max_tokens: 32000,
      thinking: { type: 'adaptive', display: 'omitted' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      output_config: { effort: 'medium' },
      stream: true,
      ...more,
    },
  };
}

/** Codex 0.169.0: `POST /v1/responses`. */
export function codex(model: string, prompt: string): ClientRequest {
  return {
    path: '/v1/responses',
    headers: { originator: 'codex_exec', 'session-id': 's', 'thread-id': 't', accept: 'text/event-stream' },
    body: {
      model,
      input: [
        {
          type: 'message',
          role: 'developer',
          content: [{ type: 'input_text', text: 'You are Codex.' }],
          id: 'msg_019a0000000000000000000000000001',
        },
        {
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: '<environment_context>\n</environment_context>' }],
          id: 'msg_019a0000000000000000000000000002',
        },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'First question' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'I run it.' }],
          phase: 'commentary',
        },
        { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}', call_id: 'call_1', id: 'fc_1' },
        { type: 'function_call', name: 'lookup', namespace: 'mcp__docs', arguments: '{"city":"x"}', call_id: 'call_2' },
        { type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin Patch\n*** End Patch', call_id: 'call_3' },
        { type: 'function_call_output', call_id: 'call_1', output: 'a.ts\nb.ts' },
        { type: 'function_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'found' }] },
        { type: 'custom_tool_call_output', call_id: 'call_3', output: 'Done.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] },
      ],
      tools: [
        {
          type: 'function',
          name: 'exec_command',
          description: 'Runs',
          strict: false,
          parameters: {
            type: 'object',
            properties: { cmd: { type: 'string' } },
            required: ['cmd'],
            additionalProperties: false,
          },
        },
        { type: 'function', name: 'get_weather', description: 'Weather', strict: false, parameters: SCHEMA },
        {
          type: 'custom',
          name: 'apply_patch',
          description: 'Patches',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
        },
        {
          type: 'namespace',
          name: 'mcp__docs',
          description: 'Docs',
          tools: [{ type: 'function', name: 'lookup', description: 'Looks up', strict: false, parameters: SCHEMA }],
        },
        { type: 'web_search', external_web_access: false },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: '019a0000-0000-7000-8000-000000000000',
      text: { verbosity: 'medium' },
      client_metadata: { 'x-codex-installation-id': 'i' },
    },
  };
}

const CHAT_TOOL = { type: 'function', function: { name: 'get_weather', description: 'Weather', parameters: SCHEMA } };

/** Clients that post to `/v1/chat/completions`, by name. */
export const CHAT_CLIENTS: Readonly<Record<string, (model: string, prompt: string) => ClientRequest>> = {
  'OpenCode 1.18.33': (model, prompt) =>
    chat({
      model,
      max_tokens: 32000,
      temperature: 0.55,
      top_p: 1,
      messages: [
        { role: 'system', content: 'You are opencode.' },
        { role: 'user', content: prompt },
      ],
      tools: [CHAT_TOOL],
      tool_choice: 'auto',
      stream: true,
      stream_options: { include_usage: true },
    }),
  'Pi 1.5.2': (model, prompt) =>
    chat({
      model,
      messages: [
        { role: 'developer', content: 'You are pi.' },
        { role: 'user', content: [{ type: 'text', text: prompt }] },
      ],
      stream: true,
      stream_options: { include_usage: true },
      store: false,
      max_completion_tokens: 32000,
      tools: [{ ...CHAT_TOOL, function: { ...CHAT_TOOL.function, strict: false } }],
      reasoning_effort: 'medium',
    }),
  'OpenClaw 2026.9.6': (model, prompt) =>
    chat({
      model,
      messages: [
        { role: 'system', content: 'You are OpenClaw.' },
        { role: 'user', content: prompt },
      ],
      stream: true,
      stream_options: { include_usage: true },
      store: false,
      max_completion_tokens: 32000,
      tools: [CHAT_TOOL],
      parallel_tool_calls: true,
    }),
  'Kimi Code 2.1.0': (model, prompt) =>
    chat({
      model,
      messages: [
        { role: 'system', content: 'You are Kimi.' },
        { role: 'user', content: 'First' },
        {
          role: 'assistant',
          content: '',
          reasoning_content: 'I look.',
          tool_calls: [
            { type: 'function', id: 'get_weather:0', function: { name: 'get_weather', arguments: '{"city":"x"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'get_weather:0', content: [{ type: 'text', text: 'sunny' }] },
        { role: 'user', content: prompt },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 131072,
      prompt_cache_key: 'session',
      thinking: { type: 'enabled', keep: 'all' },
      tools: [CHAT_TOOL],
    }),
  'Hermes 0.16.0': (model, prompt) =>
    chat({
      model,
      messages: [
        { role: 'system', content: 'You are Hermes.' },
        { role: 'user', content: prompt },
      ],
      tools: [CHAT_TOOL],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 65536,
    }),
  Cursor: (model, prompt) =>
    chat({
      model,
      input: [
        { role: 'system', content: 'You are a coding assistant in Cursor.' },
        { role: 'user', content: [{ type: 'input_text', text: 'First' }] },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"x"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
        { role: 'user', content: [{ type: 'input_text', text: prompt }] },
      ],
      tools: [{ type: 'function', name: 'get_weather', description: 'Weather', parameters: SCHEMA, strict: false }],
      tool_choice: 'auto',
      stream: true,
      stream_options: { include_usage: true },
      reasoning: { effort: 'medium', summary: 'auto' },
      text: { verbosity: 'medium' },
      store: false,
      include: ['reasoning.encrypted_content'],
      user: 'u',
    }),
};

function chat(body: object): ClientRequest {
  return { path: '/v1/chat/completions', headers: {}, body };
}

/** Gemini CLI 0.61.0. */
export function geminiCli(model: string, prompt: string): ClientRequest {
  return {
    path: `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    headers: { 'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v20', 'user-agent': 'GeminiCLI/0.61.0' },
    body: {
      contents: [
        { role: 'user', parts: [{ text: 'This is the Gemini CLI.' }] },
        {
          role: 'model',
          parts: [
            { text: 'I look.' },
            {
              functionCall: { id: 'w-1', name: 'get_weather', args: { city: 'x' } },
              thoughtSignature: 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=',
            },
          ],
        },
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'w-1', name: 'get_weather', response: { output: 'sunny' } } }],
        },
        { role: 'user', parts: [{ text: prompt }] },
      ],
      systemInstruction: { role: 'user', parts: [{ text: 'You are an interactive CLI agent.' }] },
      tools: [
        { functionDeclarations: [{ name: 'get_weather', description: 'Weather', parametersJsonSchema: SCHEMA }] },
      ],
      generationConfig: { temperature: 1, topP: 0.95, topK: 64, thinkingConfig: { includeThoughts: true } },
    },
  };
}
