import { join } from 'node:path';
import type { Integration, Wiring } from './integration.ts';
import { ownFolder } from './places.ts';
import { isPrivateAddress } from './private-address.ts';

/** n8n: docs.n8n.io, "OpenAI credentials" and "Export and import". Credentials are encrypted in its database. */
export const n8n: Integration = {
  name: 'n8n',
  title: 'n8n',
  source: 'https://docs.n8n.io/integrations/builtin/credentials/openai/',
  format: 'responses',
  program: { name: 'n8n', install: 'npm install -g n8n' },
  homes: (at) => [join(ownFolder(at, 'N8N_USER_FOLDER', ''), '.n8n')],
  scopes: ['user', 'project'],
  manual: (_at, { apiUrl, model }) => [
    ...(isPrivateAddress(apiUrl)
      ? [
          `Make sure that n8n can reach ${apiUrl}: one in a container asks itself at that address, and one in the cloud cannot reach it.`,
        ]
      : []),
    `In n8n choose Create credential, "OpenAI", and paste the key (\`gateway setup n8n --copy key\`) and the base URL ${apiUrl}/v1 (\`gateway setup n8n --copy url\`).`,
    'Or on its own machine: `gateway setup n8n --copy credentials`, paste that into credentials.json, run `n8n import:credentials --input=credentials.json`, and remove the file: it holds the key.',
    `In an "OpenAI Chat Model" or "OpenAI" node choose the credential Gateway and, as the model by ID, ${model.id} (\`gateway setup n8n --copy model\`).`,
    'For Claude models an "Anthropic Chat Model" node does as well, with the credential Gateway (Claude).',
  ],
  limits: ['Nodes with credentials of other providers go on asking those.'],
  copies: { credentials },
};

/** What `import:credentials` takes; an entry with a known id is replaced. */
function credentials({ apiUrl, key }: Wiring): string {
  return JSON.stringify([
    { id: 'gatewayOpenAi001', name: 'Gateway', type: 'openAiApi', data: { apiKey: key, url: `${apiUrl}/v1` } },
    { id: 'gatewayClaude001', name: 'Gateway (Claude)', type: 'anthropicApi', data: { apiKey: key, url: apiUrl } },
  ]);
}
