import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const DECODERS: Record<string, typeof createGunzip> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress as typeof createGunzip,
};

/** Undoes a provider's content encoding, for those that compress although we ask for plain bytes. */
export function decoder(
  encoding: string,
  to: { data(chunk: Buffer): void; end(): void; error(error: Error): void },
): { write(chunk: Buffer): void; end(): void } | undefined {
  const create = DECODERS[encoding.trim().toLowerCase()];
  if (!create) return undefined;
  const stream = create();
  stream.on('data', (chunk: Buffer) => to.data(chunk));
  stream.on('end', () => to.end());
  stream.on('error', (error) => to.error(error));
  return { write: (chunk) => void stream.write(chunk), end: () => void stream.end() };
}
