import type { ProviderInfo } from '../../shared/contracts/provider-keys.ts';
import { GatewayError } from '../../shared/errors.ts';
import { type Check, warn } from './check.ts';
import type { Examination } from './examination.ts';

/** Does a provider refuse a key of one's own? Those who may not see the keys are told nothing. */
export async function checkProviderKeys({ context, offline, reachable, authenticated }: Examination): Promise<Check[]> {
  if (offline || !reachable || !authenticated) return [];
  const [{ listProviders }, { list }] = await Promise.all([
    import('../../shared/contracts/provider-keys.ts'),
    import('../pages.ts'),
  ]);
  try {
    const providers = await list<ProviderInfo>(context, listProviders, {});
    return providers.flatMap(({ name, own_keys }) =>
      own_keys.flatMap(({ id, label, status, health: { state, reason, since } }) =>
        status === 'active' && state === 'set_aside'
          ? warn(
              'provider_key',
              `${name} refuses the key "${label}" since ${since}: ${String(reason).replaceAll('_', ' ')}.`,
              `gateway providers update ${id} --key -`,
            )
          : [],
      ),
    );
  } catch (error) {
    // A server that has no such list: the other checks say what is wrong with it.
    if (error instanceof GatewayError && error.code !== 'interrupted' && error.code !== 'terminated') return [];
    throw error;
  }
}
