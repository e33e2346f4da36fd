import { z } from 'zod';

const check = z.object({
  name: z.string(),
  status: z.enum(['pass', 'warn', 'fail']),
  message: z.string(),
  fix: z.string().nullable(),
});

const result = z.object({
  tool: z.string(),
  title: z.string(),
  found: z.boolean().describe('true when the tool seems to be installed here'),
  status: z
    .enum(['installed', 'unchanged', 'removed', 'manual', 'skipped', 'preview', 'copied'])
    .describe('manual: nothing can be written, a person follows manual_steps'),
  reason: z.string().nullable().describe('why it was skipped, or what was copied'),
  model: z.string().nullable().describe('the model that the tool starts with'),
  files: z.array(
    z.object({
      path: z.string(),
      backup: z.string().nullable().describe('where the bytes from before are kept'),
      diff: z
        .array(z.string())
        .nullable()
        .describe('in a preview and with --diff: what would change, as the lines of a unified diff; keys are masked'),
    }),
  ),
  manual_steps: z.array(z.string()),
  limits: z.array(z.string()).describe('what the tool does not send through the gateway'),
  verified: z.boolean().describe('true when every check passed, with one request in the format of the tool'),
  checks: z.array(check),
});

/** What `gateway setup` prints. */
export const setupSchema = z.object({ results: z.array(result) });

export type SetupResult = z.output<typeof result>;
