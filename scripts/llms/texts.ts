import { llmsFullTxt } from './full.ts';
import { llmsTxt } from './short.ts';

/** Both texts for the server that serves them, by the name of their file. */
export async function texts(server: string): Promise<Record<string, string>> {
  return { 'llms.txt': llmsTxt(server), 'llms-full.txt': await llmsFullTxt(server) };
}
