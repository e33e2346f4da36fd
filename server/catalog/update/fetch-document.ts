import { MOST_LIST_BYTES } from '../../../shared/contracts/catalog.ts';
import { GatewayError } from '../../../shared/errors.ts';

const TIMEOUT_MS = 30_000;

/** The text at a URL. Throws `catalog_unreachable`, and `catalog_refused` for one that is too large. */
export async function fetchDocument(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return await readText(response, url);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const { code, message } = ((cause as Error).cause ?? cause) as Error & { code?: string };
    throw new GatewayError('catalog_unreachable', `${url} cannot be read (${code ?? message}).`, { cause });
  }
  await response.body?.cancel();
  throw new GatewayError('catalog_unreachable', `${url} answered with status ${response.status}.`);
}

async function readText(response: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MOST_LIST_BYTES)
      throw new GatewayError('catalog_refused', `The list at ${url} has more than ${MOST_LIST_BYTES} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
