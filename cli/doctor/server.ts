import { GatewayError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import { RemoteError } from '../remote-error.ts';
import { type Check, failed, notChecked, pass, warn } from './check.ts';
import type { Examination } from './examination.ts';

/** Is there a server, and is it a gateway? */
export async function checkServer(known: Examination): Promise<Check[]> {
  const { context, offline, configured } = known;
  if (offline) return [];
  if (!configured) return [notChecked('server', 'it is not known which')];
  const { apiUrl } = context.settings;
  try {
    const client = await context.client();
    const health = (await client.json(await client.send({ method: 'GET', path: '/healthz' }))) as Health | null;
    if (health?.status !== 'ok' || typeof health.version !== 'string')
      throw new GatewayError('bad_response', `${apiUrl} answers, but not as a gateway does.`, { next: [] });
    known.reachable = true;
    return health.version === VERSION
      ? [pass('server', `${apiUrl} answers: gateway ${health.version}.`)]
      : [warn('server', `${apiUrl} is gateway ${health.version}; this command line is ${VERSION}.`, null)];
  } catch (error) {
    if (error instanceof RemoteError && error.status === 404) {
      known.reachable = true;
      return [warn('server', `${apiUrl} answers, but serves requests to models alone.`, null)];
    }
    const nobody = error instanceof GatewayError && error.code === 'network_error';
    return [failed('server', error, nobody && isLoopback(apiUrl) ? 'gateway serve' : 'gateway config get api_url')];
  }
}

interface Health {
  status?: unknown;
  version?: unknown;
}

/** A server on this machine can be started here. */
function isLoopback(url: string): boolean {
  return /^(127\.|localhost$|\[::1\]$)/.test(new URL(url).hostname);
}
