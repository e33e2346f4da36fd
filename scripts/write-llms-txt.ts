/** Writes llms.txt at the top: `npx tsx scripts/write-llms-txt.ts`, after a change of the commands or of `cli/guide.ts`. */
import { writeFileSync } from 'node:fs';
import { llmsTxt } from './llms/short.ts';

writeFileSync(new URL('../llms.txt', import.meta.url), llmsTxt(undefined));
