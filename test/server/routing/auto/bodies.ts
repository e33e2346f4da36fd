import { scanObject } from '../../../../server/dialects/json-scan.ts';
import { type Features, featuresOf } from '../../../../server/routing/auto/features.ts';

/** The features of a body, as text or as a value. */
export function featuresIn(body: unknown): Features {
  const scan = scanObject(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return featuresOf(scan, scan);
}

/** The features of one message of a user, as chat completions have it. */
export function featuresAsked(content: string): Features {
  return featuresIn({ model: 'auto', messages: [{ role: 'user', content }] });
}
