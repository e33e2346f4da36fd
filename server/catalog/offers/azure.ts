import { type OfferRow, offersOf } from '../offer.ts';

const CHAT = 'tools';
const CHAT_2 = 'tools json_mode';
const CHAT_VISION = 'tools vision json_mode';
const CHAT_VISION_FILES_SCHEMAS = 'tools vision documents structured_output json_mode';
const CHAT_VISION_SCHEMAS = 'tools vision structured_output json_mode';
const REASONING_SCHEMAS = 'tools reasoning structured_output json_mode';
const REASONING_VISION = 'tools vision reasoning json_mode';
const REASONING_VISION_FILES_SCHEMAS = 'tools vision documents reasoning structured_output json_mode';
const REASONING_VISION_SCHEMAS = 'tools vision reasoning structured_output json_mode';
const CHAT_VISION_SCHEMAS_NO_TOOLS = 'vision structured_output json_mode';

// biome-ignore format: a table reads best with one row a line
const ROWS: readonly OfferRow[] = [
  ['gpt-6-astra', 'GPT-6 Astra', '2026-09-03', 1_050_000, 128_000, '10 50 1 12.5', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '20 75 2 25'] }],
  ['gpt-6-sol', 'GPT-6 Sol', '2026-09-22', 1_050_000, 128_000, '2 10 0.2 2.5', REASONING_VISION_FILES_SCHEMAS, { long: [272_000, '4 15 0.4 5'] }],
  ['gpt-6-luna', 'GPT-6 Luna', '2026-09-22', 1_050_000, 128_000, '0.1 0.5 0.01 0.125', REASONING_VISION_FILES_SCHEMAS, { long: [272_000, '0.2 0.75 0.02 0.25'] }],
  ['gpt-5.6-sol', 'GPT-5.6 Sol', '2026-07-09', 1_050_000, 128_000, '4 20 0.4 5', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '8 30 0.8 10'] }],
  ['gpt-5.6-terra', 'GPT-5.6 Terra', '2026-07-09', 1_050_000, 128_000, '2 12 0.2 2.5', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '4 18 0.4 5'] }],
  ['gpt-5.6-luna', 'GPT-5.6 Luna', '2026-07-09', 1_050_000, 128_000, '0.2 1.2 0.02 0.25', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '0.4 1.8 0.04 0.5'] }],
  ['gpt-5.5', 'GPT-5.5', '2026-04-23', 1_050_000, 128_000, '5 30 0.5', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '10 45 1'] }],
  ['gpt-5.5-pro', 'GPT-5.5 Pro', '2026-04-23', 1_050_000, 128_000, '30 180', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '60 270'] }],
  ['gpt-5.4', 'GPT-5.4', '2026-03-05', 1_050_000, 128_000, '2.5 15 0.25', REASONING_VISION_FILES_SCHEMAS, { long: [271_999, '5 22.5 0.5'] }],
  ['gpt-5.4-mini', 'GPT-5.4 mini', '2026-03-17', 400_000, 128_000, '0.75 4.5 0.075', REASONING_VISION_SCHEMAS],
  ['gpt-5.4-nano', 'GPT-5.4 nano', '2026-03-17', 400_000, 128_000, '0.2 1.25 0.02', REASONING_VISION_SCHEMAS],
  ['gpt-5.4-pro', 'GPT-5.4 Pro', '2026-03-05', 1_050_000, 128_000, '30 180', REASONING_VISION, { long: [271_999, '60 270'] }],
  ['gpt-5.3-codex', 'GPT-5.3 Codex', '2026-02-05', 400_000, 128_000, '1.75 14 0.175', REASONING_VISION_FILES_SCHEMAS],
  ['gpt-5.3-chat-latest', 'GPT-5.3 Chat', '2026-03-03', 128_000, 16_384, '1.75 14 0.175', CHAT_VISION_SCHEMAS, { as: 'gpt-5.3-chat' }],
  ['gpt-5.2', 'GPT-5.2', '2025-12-11', 400_000, 128_000, '1.75 14 0.175', REASONING_VISION_SCHEMAS],
  ['gpt-5.2-pro', 'GPT-5.2 Pro', '2025-12-11', 400_000, 128_000, '21 168', REASONING_VISION],
  ['gpt-5.2-codex', 'GPT-5.2 Codex', '2025-12-11', 400_000, 128_000, '1.75 14 0.175', REASONING_VISION_FILES_SCHEMAS],
  ['gpt-5.2-chat-latest', 'GPT-5.2 Chat', '2025-12-11', 128_000, 16_384, '1.75 14 0.175', REASONING_VISION_SCHEMAS, { as: 'gpt-5.2-chat' }],
  ['gpt-5.1', 'GPT-5.1', '2025-11-13', 400_000, 128_000, '1.25 10 0.125', REASONING_VISION_SCHEMAS],
  ['gpt-5.1-codex', 'GPT-5.1 Codex', '2025-11-13', 400_000, 128_000, '1.25 10 0.125', REASONING_VISION_SCHEMAS],
  ['gpt-5.1-codex-max', 'GPT-5.1 Codex Max', '2025-11-13', 400_000, 128_000, '1.25 10 0.125', REASONING_VISION_SCHEMAS],
  ['gpt-5.1-codex-mini', 'GPT-5.1 Codex mini', '2025-11-13', 400_000, 128_000, '0.25 2 0.025', REASONING_VISION_SCHEMAS],
  ['gpt-5.1-chat-latest', 'GPT-5.1 Chat', '2025-11-13', 128_000, 16_384, '1.25 10 0.125', REASONING_VISION_SCHEMAS, { as: 'gpt-5.1-chat' }],
  ['gpt-5', 'GPT-5', '2025-08-07', 400_000, 128_000, '1.25 10 0.125', REASONING_VISION_SCHEMAS],
  ['gpt-5-mini', 'GPT-5 Mini', '2025-08-07', 400_000, 128_000, '0.25 2 0.025', REASONING_VISION_SCHEMAS],
  ['gpt-5-nano', 'GPT-5 Nano', '2025-08-07', 400_000, 128_000, '0.05 0.4 0.005', REASONING_VISION_SCHEMAS],
  ['gpt-5-pro', 'GPT-5 Pro', '2025-10-06', 400_000, 272_000, '15 120', REASONING_VISION_SCHEMAS],
  ['gpt-5-codex', 'GPT-5-Codex', '2025-09-15', 400_000, 128_000, '1.25 10 0.125', REASONING_VISION_SCHEMAS],
  ['gpt-5-chat-latest', 'GPT-5 Chat', '2025-08-07', 128_000, 16_384, '1.25 10 0.125', CHAT_VISION_SCHEMAS_NO_TOOLS, { as: 'gpt-5-chat' }],
  ['gpt-4.1', 'GPT-4.1', '2025-04-14', 1_047_576, 32_768, '2 8 0.5', CHAT_VISION_FILES_SCHEMAS],
  ['gpt-4.1-mini', 'GPT-4.1 mini', '2025-04-14', 1_047_576, 32_768, '0.4 1.6 0.1', CHAT_VISION_FILES_SCHEMAS],
  ['gpt-4.1-nano', 'GPT-4.1 nano', '2025-04-14', 1_047_576, 32_768, '0.1 0.4 0.025', CHAT_VISION_SCHEMAS],
  ['gpt-4o', 'GPT-4o', '2024-05-13', 128_000, 16_384, '2.5 10 1.25', CHAT_VISION_FILES_SCHEMAS],
  ['gpt-4o-mini', 'GPT-4o mini', '2024-07-18', 128_000, 16_384, '0.15 0.6 0.075', CHAT_VISION_FILES_SCHEMAS],
  ['o3', 'o3', '2025-04-16', 200_000, 100_000, '2 8 0.5', REASONING_VISION_FILES_SCHEMAS],
  ['o3-pro', 'o3-pro', '2025-06-10', 200_000, 100_000, '20 80', REASONING_VISION_SCHEMAS],
  ['o3-mini', 'o3-mini', '2024-12-20', 200_000, 100_000, '1.1 4.4 0.55', REASONING_SCHEMAS],
  ['o4-mini', 'o4-mini', '2025-04-16', 200_000, 100_000, '1.1 4.4 0.275', REASONING_VISION_SCHEMAS],
  ['o1', 'o1', '2024-12-05', 200_000, 100_000, '15 60 7.5', REASONING_VISION_FILES_SCHEMAS],
  ['gpt-4-turbo', 'GPT-4 Turbo', '2023-11-06', 128_000, 4_096, '10 30', CHAT_VISION],
  ['gpt-4', 'GPT-4', '2023-11-06', 8_192, 8_192, '30 60', CHAT],
  ['gpt-3.5-turbo', 'GPT-3.5 Turbo', '2023-03-01', 16_385, 4_096, '0.5 1.5', CHAT_2, { as: 'gpt-35-turbo' }],
];

/** Global deployments: https://azure.microsoft.com/en-us/pricing/details/azure-openai/ */
export const azure = () => offersOf('azure', ROWS);
