import { Option } from 'commander';
import { resolveApiKey } from '../access.ts';
import { command as make } from '../command.ts';
import type { Context } from '../context.ts';
import { KEY_FLAG } from '../key-flags.ts';
import type { ProbeRequest } from '../probe/probe.ts';
import { preference } from '../settings.ts';
import { factLines } from '../table.ts';

interface Options {
  model?: string;
  format: ProbeRequest['format'];
  stream?: boolean;
  key?: string;
}

/** `gateway test` */
export const command = (context: Context) =>
  make('test', {
    example: 'gateway test --json',
    prints:
      '{"ok":true,"model":"gpt-4o-mini","provider":"openai","reply":"OK","latency_ms":412,"cost_usd":"0.00000255","request_id":"req_…"}',
    output: async () => {
      const { z } = await import('zod');
      return z.object({
        ok: z.literal(true),
        model: z.string(),
        provider: z.string().nullable(),
        reply: z.string(),
        latency_ms: z.number(),
        cost_usd: z.string().nullable(),
        request_id: z.string().nullable(),
      });
    },
    errors: [
      'no_api_key',
      'invalid_api_key',
      'insufficient_balance',
      'key_limit_reached',
      'model_not_found',
      'rate_limit_exceeded',
      'provider_unavailable',
    ],
  })
    .option('--model <id>', 'the model to ask (default: the preferred one, openai/gpt-4o-mini, the cheapest offered)')
    .addOption(
      new Option('--format <format>', 'the request format')
        .choices(['openai', 'responses', 'anthropic', 'gemini'])
        .default('openai'),
    )
    .option('--stream', 'ask for a stream')
    .option(...KEY_FLAG)
    .action(async ({ model: named, format, stream = false, key: flag }: Options) => {
      const { key } = await resolveApiKey(context, flag);
      const [{ chooseModel }, { probe }] = await Promise.all([
        import('../probe/choose-model.ts'),
        import('../probe/probe.ts'),
      ]);
      const preferred = preference(context.settings, 'default_model').value;
      const model = named ?? (preferred === null ? await chooseModel(context, format, key) : String(preferred));
      context.preview({ action: 'test', server: context.settings.apiUrl, model, format, stream });
      await context.show(await probe(context, { model, format, stream, key }), (shown, paint) =>
        [
          paint.green('It works.'),
          factLines(paint, [
            ['model', shown.model],
            ['provider', shown.provider],
            ['reply', shown.reply],
            ['took', `${shown.latency_ms} ms`],
            ['cost', shown.cost_usd && `${shown.cost_usd} USD`],
            ['request', shown.request_id],
          ]),
        ].join('\n'),
      );
    });
