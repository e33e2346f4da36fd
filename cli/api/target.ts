import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { GatewayError } from '../../shared/errors.ts';
import { findApiKey, resolveApiKey } from '../access.ts';
import { type Bearer, bearerFor } from '../bearer.ts';
import type { Context } from '../context.ts';

/** Pages for whoever runs the server: nobody is asked for. */
const OPEN = /^\/(healthz|readyz|metrics|openapi\.json|llms(-full)?\.txt)(\?|$)/;

/** The path on the server in force. An address is taken when it is that server's; no other one is ever asked. */
export function pathOn(apiUrl: string, given: string): string {
  if (/[\s\p{Cc}]/u.test(given))
    throw new GatewayError('usage', 'The path must not hold blanks or control characters.', { param: '<path>' });
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
  if (isAddress && given !== apiUrl && !given.startsWith(`${apiUrl}/`)) {
    throw new GatewayError('wrong_server', `Only ${apiUrl} is asked, which the address is not on.`, {
      param: '<path>',
      hint: 'Give the path alone, such as /api/v1/me; another server is named with --api-url.',
      next: [],
    });
  }
  const path = isAddress ? given.slice(apiUrl.length) : given;
  return `/${path.replace(/^\/+/, '').replace(/#.*$/, '')}`;
}

/** The credential for a path: what its contract asks for, an API key for requests to models, none for what is open to all. */
export async function bearerOf(context: Context, method: string, path: string): Promise<Bearer | undefined> {
  if (OPEN.test(path)) return undefined;
  const known = await accessOf(method, path);
  if (path.startsWith('/api/')) return bearerFor(context, known ?? 'key');
  const found = known === 'public' ? await findApiKey(context) : await resolveApiKey(context);
  return found && { token: found.key };
}

/** `/me` for `/api/v1/me`: the whole path that a path without its beginning stands for, if there is one. */
export async function wholePath(method: string, path: string): Promise<string | undefined> {
  for (const start of ['/api/v1', '/api', '/v1'])
    if ((await accessOf(method, start + path)) !== undefined) return start + path;
  return undefined;
}

/** What the contract of a path says about who may call; undefined when this version knows no such path. */
async function accessOf(method: string, path: string): Promise<Endpoint['access'] | undefined> {
  const contracts = Object.values(await import('../../shared/contracts/index.ts')) as Partial<Endpoint>[];
  const [plain = ''] = path.split('?');
  const found = contracts.find(
    (each) => each?.method === method && typeof each.path === 'string' && matches(each.path, plain),
  );
  return found?.access;
}

/** `/api/v1/me/keys/{id}` has a place for anything but a slash. */
function matches(template: string, path: string): boolean {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}/?$`).test(path);
}
