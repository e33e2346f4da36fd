import type { Context } from './context.ts';

/** All of stdin as text; more than so many bytes is refused by what `tooMuch` makes. */
export async function readStdin({ streams }: Context, maxBytes: number, tooMuch: () => Error): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of streams.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooMuch();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
