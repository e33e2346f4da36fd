import { join } from 'node:path';
import type { Integration } from './integration.ts';
import { isPrivateAddress } from './private-address.ts';

/**
 * Cursor: cursor.com/docs, "API keys". It keeps its provider in a database of its own, so that a person must paste the
 * values. Its MCP servers are in a file, `~/.cursor/mcp.json`, where ours will be written once there is one.
 */
export const cursor: Integration = {
  name: 'cursor',
  title: 'Cursor',
  source: 'https://cursor.com/docs/settings/api-keys',
  format: 'openai',
  homes: (at) => [join(at.home, '.cursor')],
  scopes: ['user', 'project'],
  manual: ({ platform }, { apiUrl, model }) => [
    ...(isPrivateAddress(apiUrl)
      ? [
          `First give the server a public https address: requests come from Cursor's servers, which cannot reach ${apiUrl}. Then run this again with --api-url <that address>.`,
        ]
      : []),
    `Open Cursor Settings (${platform === 'darwin' ? 'Cmd' : 'Ctrl'}+Shift+J), choose Models, and open API Keys.`,
    'Turn on "OpenAI API Key" and paste the key: `gateway setup cursor --copy key` copies it.',
    `Turn on "Override OpenAI Base URL" and paste ${apiUrl}/v1 (\`gateway setup cursor --copy url\` copies it).`,
    `Choose "Add Custom Model", paste ${model.id} (\`gateway setup cursor --copy model\` copies it), and turn it on.`,
    'Open a chat, choose Ask or Plan mode and that model, and send a message.',
  ],
  limits: [
    'Only chat in Ask and Plan mode goes through the gateway: agents, inline edits and completion stay with Cursor.',
    "Requests come from Cursor's servers, also with a key of your own: the server needs a public address.",
    'The override holds for all OpenAI models in Cursor at once.',
  ],
};
