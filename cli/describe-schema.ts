import { z } from 'zod';

const summary = z.object({ path: z.string(), aliases: z.array(z.string()), summary: z.string(), runs: z.boolean() });

const described = z.object({
  path: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  usage: z.string(),
  changes_something: z.boolean().describe('Whether --dry-run has something to show.'),
  credential: z.object({
    needs: z.enum(['nothing', 'api_key', 'any', 'manage', 'login']),
    from: z.array(z.string()).describe('Where it comes from; the first found is used.'),
  }),
  may_ask: z.boolean().describe('Whether it asks at a terminal; without one a missing answer is an error.'),
  arguments: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      variadic: z.boolean(),
      description: z.string(),
      choices: z.array(z.string()).nullable(),
      default: z.unknown(),
    }),
  ),
  flags: z.array(
    z.object({
      flags: z.string(),
      description: z.string(),
      takes_value: z.boolean(),
      repeatable: z.boolean(),
      choices: z.array(z.string()).nullable(),
      default: z.unknown(),
    }),
  ),
  global_flags: z.array(z.string()),
  errors: z.array(
    z.object({
      code: z.string(),
      exit_code: z.number(),
      retryable: z.boolean(),
      hint: z.string(),
      next: z.array(z.object({ command: z.string(), when: z.string() })),
    }),
  ),
  exit_codes: z.array(z.number()),
  example: z.object({ command: z.string(), prints: z.string() }).nullable(),
  examples: z.array(z.string()),
  prints_lines: z.boolean().describe('One object a line instead of one value.'),
  output: z.record(z.string(), z.unknown()).nullable(),
  commands: z.array(summary),
});

/** `commands`: the list, or one command. */
export const commandsOutput = z.union([z.array(summary), described]);
