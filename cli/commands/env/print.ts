import { Option } from 'commander';
import { resolveApiKey } from '../../access.ts';
import { command as make } from '../../command.ts';
import type { Context } from '../../context.ts';
import { FORMATS, type Format, formatVariables } from '../../dotenv/formats.ts';
import { wouldGlue } from '../../dotenv/stdout-newline.ts';
import { FAMILIES, parseFamilies, variablesFor } from '../../dotenv/variables.ts';
import { KEY_FLAG } from '../../key-flags.ts';

/** `gateway env`: the variables on stdout. Needs no network. */
export const command = (context: Context) =>
  make('env', {
    example: 'gateway env >> .env',
    prints: '{"vars":{"OPENAI_API_KEY":"sk-gw-…","OPENAI_BASE_URL":"http://127.0.0.1:8787/v1"}}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({ vars: z.record(z.string(), z.string()) });
    },
    errors: ['no_api_key', 'file_error'],
  })
    .option(...KEY_FLAG)
    .addOption(new Option('--format <format>', 'how to write them').choices(FORMATS).default('dotenv'))
    .option('--for <families>', `which SDKs: ${FAMILIES.join(', ')} (default: openai)`)
    .action(async (options: { key?: string; format: Format; for?: string }) => {
      const families = parseFamilies(options.for ?? 'openai');
      const { key } = await resolveApiKey(context, options.key);
      const vars = variablesFor({ apiUrl: context.settings.apiUrl, key }, families);
      if (context.json) return context.show({ vars }, () => '');
      if (options.format === 'json') return context.write(`${JSON.stringify({ vars })}\n`);
      await context.write((wouldGlue(1) ? '\n' : '') + formatVariables(vars, options.format));
    });
