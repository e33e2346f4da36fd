import { join } from 'node:path';
import type { Integration } from './integration.ts';

/** QClaw: a desktop app around OpenClaw. Where it keeps its models is not documented: the steps are those of its own window. */
export const qclaw: Integration = {
  name: 'qclaw',
  title: 'QClaw',
  source: 'https://qclaw.qq.com',
  format: 'openai',
  homes: ({ home }) => [join(home, '.qclaw')],
  scopes: ['user'],
  manual: (_at, { apiUrl, model }) => [
    'In QClaw, open Preferences at the bottom left, then Models & API, then Add custom model.',
    `Name it Gateway, and set the base URL to ${apiUrl}/v1.`,
    'Paste the API key: `gateway setup qclaw --copy key` copies it.',
    `Set the model to ${model.id}, run the connection test there, and choose the model in the chat.`,
  ],
  limits: [
    'Do not tell the key in the chat, as it would stay in the conversation.',
    'Only what runs on the chosen model goes through the gateway: the models of QClaw itself do not.',
  ],
};
