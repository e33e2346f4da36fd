import { type RuleInput, subjectOf } from '../../shared/contracts/iam.ts';
import { GatewayError } from '../../shared/errors.ts';
import { canonical, PROVIDER_ALIASES } from '../catalog/names.ts';
import { nearestNames } from '../catalog/nearest.ts';
import * as providers from '../providers/index.ts';
import type { Services } from '../services.ts';

type Names = Pick<Services, 'catalog' | 'upstreams'>;

/**
 * Throws `invalid_request` for the first name that is no model here: a key that may use only a misspelt one would be
 * refused everything, and a misspelt one that is denied would be let through.
 * @param param where the names stand: `models`.
 */
export function checkModels({ catalog, upstreams }: Names, names: readonly string[], param: string): void {
  const at = names.findIndex((name) => catalog.find(name).length === 0 && !isCustom(upstreams, name));
  if (at < 0) return;
  const name = names[at]!;
  const near = catalog.nearest(name);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run `gateway models` to see the models offered.';
  throw new GatewayError('invalid_request', `There is no model "${name}".`, { param: `${param}.${at}`, hint });
}

/**
 * A rule with its names as they are compared: a provider by its own name, not one of those it is called by. Throws
 * `invalid_request` for a name that nothing here has.
 * @param at where the rule stands in the body: `''`, or `iam.0.`.
 */
export function withKnownNames(services: Names, rule: RuleInput, at = ''): RuleInput {
  const { rule_type, rule_value } = rule;
  const param = `${at}rule_value.${subjectOf(rule_type)}`;
  if (rule_value.models) checkModels(services, rule_value.models, param);
  if (!rule_value.providers) return rule;
  const named = rule_value.providers.map((name, index) => providerNamed(services, name, `${param}.${index}`));
  return { ...rule, rule_value: { ...rule_value, providers: named } };
}

/** `acme/<any model>` of a provider that only the configuration knows. */
function isCustom(upstreams: Services['upstreams'], name: string): boolean {
  const bare = name.startsWith('gateway/') ? name.slice('gateway/'.length) : name;
  const slash = bare.indexOf('/');
  return slash > 0 && slash < bare.length - 1 && upstreams.get(bare.slice(0, slash))?.custom === true;
}

function providerNamed({ catalog, upstreams }: Names, given: string, param: string): string {
  const name = canonical(given);
  const offering = [
    ...catalog.offers.map(({ provider }) => provider),
    ...upstreams.all.map((upstream) => upstream.name),
  ];
  const known = [...new Set([...Object.values(providers).map((provider) => provider.name), ...offering])].sort();
  const found = known.find((provider) => provider === name || PROVIDER_ALIASES[provider]?.includes(name));
  if (found) return found;
  const near = nearestNames(name, new Map(known.map((provider) => [provider, provider])), 3);
  throw new GatewayError('invalid_request', `There is no provider "${given}".`, {
    param,
    hint:
      near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Run \`gateway models\` to see who offers models here.`,
  });
}
