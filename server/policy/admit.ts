import { GatewayError } from '../../shared/errors.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';

/** The targets that the key may use, of those planned. Throws `permission_denied` when none is left. */
export function admit({ catalog }: Pick<Services, 'catalog'>, key: KeyEntry, targets: Target[]): Target[] {
  if (!key.permissions.includes('inference')) {
    throw new GatewayError(
      'permission_denied',
      `The key "${key.name}" may not call models: it lacks the permission inference.`,
    );
  }
  if (key.models.length === 0) return targets;
  const allowed = targets.filter(({ offer }) =>
    key.models.every((names) =>
      names.some((name) => name === offer.id || catalog.find(name).some(({ id }) => id === offer.id)),
    ),
  );
  if (allowed.length > 0) return allowed;
  throw new GatewayError(
    'permission_denied',
    `Access denied: the model ${targets[0]!.offer.id} is not in the list of models of the key "${key.name}".`,
    {
      param: 'model',
    },
  );
}
