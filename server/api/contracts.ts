import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import * as shared from '../../shared/contracts/index.ts';

/** Every endpoint that CLI and server agree on. */
export const CONTRACTS: readonly Endpoint[] = Object.values(shared as Record<string, unknown>).filter(isEndpoint);

/** Those that the management API serves; the others are the data plane's. */
export const MANAGEMENT = CONTRACTS.filter(({ path }) => path.startsWith('/api/'));

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'reply' in value;
}
