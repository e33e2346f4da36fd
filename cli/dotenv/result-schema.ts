import { z } from 'zod';

const names = z.array(z.string());

/** What a write to an env file prints: `WriteResult`. */
export const writeResultSchema = z.object({
  file: z.string(),
  added: names,
  updated: names,
  unchanged: names,
  gitignored: z.boolean(),
  mode: z.string(),
  backup: z.string().nullable(),
});
