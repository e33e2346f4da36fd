import { z } from 'zod';

const summary = z.object({ path: z.string(), aliases: z.array(z.string()), summary: z.string(), runs: z.boolean() });

const described = z.object({
  path: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  usage: z.string(),
  arguments: z.array(
    z.object({
      name: z.string(),
      required: z.boolean(),
      variadic: z.boolean(),
      description: z.string(),
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
  errors: z.array(z.object({ code: z.string(), exit_code: z.number(), retryable: z.boolean() })),
  exit_codes: z.array(z.number()),
  example: z.object({ command: z.string(), prints: z.string() }).nullable(),
  output: z.record(z.string(), z.unknown()).nullable(),
  commands: z.array(summary),
});

/** `commands`: the list, or one command. */
export const commandsOutput = z.union([z.array(summary), described]);
