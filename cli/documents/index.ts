import type { DocumentFormat } from './document.ts';
import { dotenv } from './dotenv.ts';
import { json5, jsonc, strictJson } from './json.ts';
import { toml } from './toml.ts';
import { yaml } from './yaml.ts';

/** The formats by their names. `json` is for readers that take neither comments nor trailing commas. */
export const formats = { json: strictJson, jsonc, json5, yaml, toml, dotenv } as const satisfies Record<
  string,
  DocumentFormat
>;

export type FormatName = keyof typeof formats;
