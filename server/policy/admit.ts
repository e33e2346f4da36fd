import type { IncomingMessage } from 'node:http';
import { type Address, parseAddress } from '../../shared/cidr.ts';
import { GatewayError } from '../../shared/errors.ts';
import type { KeyEntry } from '../identity/key-ring.ts';
import type { Target } from '../routing/plan.ts';
import type { Services } from '../services.ts';
import { clientAddress } from './client-address.ts';
import { type Guard, refusalBy } from './guard.ts';
import { isListed } from './listed-models.ts';

/**
 * Throws `permission_denied` when the key may not call models at all, or not from here. Asked before anything of the
 * request is read, so that such a caller learns nothing of the models.
 */
export function admitCaller(
  { config }: Pick<Services, 'config'>,
  key: KeyEntry,
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
): void {
  if (!key.permissions.includes('inference')) {
    throw new GatewayError(
      'permission_denied',
      `The key "${key.name}" may not call models: it lacks the permission inference.`,
    );
  }
  if (key.guards.length > 0) admitAddress(key, () => clientAddress(request, config.trustProxy));
}

/** What a key was found to be allowed of these targets, while the catalogue means the same by its names. */
interface Found {
  generation: number;
  left: readonly Target[];
}

/** A key's rules stay as they are until it is loaded anew, and so do the targets of a name: both are looked at once. */
const found = new WeakMap<KeyEntry, WeakMap<readonly Target[], Found>>();

/** The targets that the key may use, of those planned. Throws `permission_denied` that says what is in the way of all. */
export function admitTargets(
  { catalog }: Pick<Services, 'catalog'>,
  key: KeyEntry,
  targets: readonly Target[],
): readonly Target[] {
  if (key.models.length === 0 && key.guards.length === 0) return targets;
  let ofKey = found.get(key);
  if (!ofKey) {
    ofKey = new WeakMap();
    found.set(key, ofKey);
  }
  const known = ofKey.get(targets);
  if (known?.generation === catalog.generation) return known.left;
  const left = withinRules({ catalog }, key.guards, listed({ catalog }, key, targets));
  ofKey.set(targets, { generation: catalog.generation, left });
  return left;
}

function listed({ catalog }: Pick<Services, 'catalog'>, key: KeyEntry, targets: readonly Target[]): readonly Target[] {
  if (key.models.length === 0) return targets;
  const left = targets.filter(({ offer }) => isListed(catalog, key.models, offer));
  if (left.length > 0) return left;
  throw new GatewayError(
    'permission_denied',
    `Access denied: the model ${targets[0]!.offer.id} is not in the list of models of the key "${key.name}".`,
    { param: 'model' },
  );
}

/** What keeps the key from a target, in words; undefined when nothing does. For choices among many, of which most are not told. */
export function refusalOf(
  { catalog }: Pick<Services, 'catalog'>,
  key: KeyEntry,
  { offer }: Target,
): string | undefined {
  if (key.models.length > 0 && !isListed(catalog, key.models, offer))
    return `the model ${offer.id} is not in the list of models of the key "${key.name}"`;
  for (const guard of key.guards) {
    const refusal = refusalBy(guard, { kind: 'offer', offer, catalog });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Throws `permission_denied` when a rule of the key, or of a key above it, forbids calls from this address. */
export function admitAddress({ guards }: Pick<KeyEntry, 'guards'>, from: () => Address | undefined): void {
  for (const guard of guards) {
    if (!guard.about.address) continue;
    const refusal = refusalBy(guard, { kind: 'address', address: from() });
    if (refusal !== undefined) throw denied(refusal, guard);
  }
}

/** The address of a caller of the management API, as its framework found it. */
export function addressOf(text: string | undefined): Address | undefined {
  return text === undefined ? undefined : parseAddress(text);
}

/** The targets that no rule forbids. When none is left, the best one's refusal is told. */
function withinRules(
  { catalog }: Pick<Services, 'catalog'>,
  guards: readonly Guard[],
  targets: readonly Target[],
): readonly Target[] {
  if (guards.length === 0) return targets;
  let first: GatewayError | undefined;
  const left = targets.filter(({ offer }) => {
    for (const guard of guards) {
      const refusal = refusalBy(guard, { kind: 'offer', offer, catalog });
      if (refusal === undefined) continue;
      first ??= denied(refusal, guard, 'model');
      return false;
    }
    return true;
  });
  if (left.length === 0) throw first!;
  return left;
}

function denied(refusal: string, { keyId }: Guard, param?: string): GatewayError {
  return new GatewayError('permission_denied', `Access denied: ${refusal}.`, {
    ...(param ? { param } : {}),
    hint: `Whoever manages the key can see and change its rules: \`gateway keys iam list ${keyId}\`.`,
  });
}
