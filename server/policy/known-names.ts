import { type RuleInput, subjectOf } from '../../shared/contracts/iam.ts';
import { GatewayError } from '../../shared/errors.ts';
import { canonical, PROVIDER_ALIASES } from '../catalog/names.ts';
import { nearestNames } from '../catalog/nearest.ts';
import * as providers from '../providers/index.ts';
import { customModel, isPlain, withoutGateway } from '../routing/custom-model.ts';
import type { Offered } from '../routing/plan.ts';

type Names = Offered;

/**
 * Models as they are compared: without the gateway's name in front. Throws `invalid_request` for the first name that is
 * no model here: a key that may use only a misspelt one would be refused everything, and a misspelt one that is denied
 * would be let through.
 * @param param where the names stand: `models`.
 */
export function knownModels({ catalog, upstreams }: Names, given: readonly string[], param: string): string[] {
  const names = given.map(withoutGateway);
  const at = names.findIndex((name) => catalog.find(name).length === 0 && !isCustom(upstreams, name));
  if (at < 0) return names;
  const name = given[at]!;
  const near = catalog.nearest(name);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Run `gateway models` to see the models offered.';
  throw new GatewayError('invalid_request', `There is no model "${name}".`, { param: `${param}.${at}`, hint });
}

/**
 * A rule with its names as they are compared: a provider by its own name, not one of those it is called by, and a model
 * without the gateway's. Throws `invalid_request` for a name that nothing here has.
 * @param prefix where the rule stands in the body: `''`, or `iam.0.`.
 */
export function withKnownNames(services: Names, rule: RuleInput, prefix = ''): RuleInput {
  const { rule_type, rule_value } = rule;
  const param = `${prefix}rule_value.${subjectOf(rule_type)}`;
  const { models, providers: named } = rule_value;
  return {
    ...rule,
    rule_value: {
      ...rule_value,
      ...(models && { models: knownModels(services, models, param) }),
      ...(named && { providers: named.map((name, at) => knownProvider(services, name, `${param}.${at}`)) }),
    },
  };
}

/** `acme/<any model>` of a provider that only the configuration knows. */
function isCustom(upstreams: Names['upstreams'], name: string): boolean {
  const custom = customModel(upstreams, name);
  return custom !== undefined && isPlain(custom.model);
}

/** A provider by its own name, which may be one that only the organisation has; undefined when nothing here has it. */
export function findProvider(names: Names, given: string): string | undefined {
  const name = canonical(given);
  const known = providerNames(names);
  // a custom provider may have the name that another is called by
  return known.includes(name) ? name : known.find((provider) => PROVIDER_ALIASES[provider]?.includes(name));
}

/** The same. Throws `invalid_request` with the nearest for a name that nothing here has. */
export function knownProvider(names: Names, given: string, param: string): string {
  const found = findProvider(names, given);
  if (found) return found;
  const known = new Map(providerNames(names).map((provider) => [provider, provider]));
  const near = nearestNames(canonical(given), known, 3);
  throw new GatewayError('invalid_request', `There is no provider "${given}".`, {
    param,
    hint:
      near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Run \`gateway models\` to see who offers models here.`,
  });
}

function providerNames({ catalog, upstreams }: Names): string[] {
  const offering = [
    ...catalog.offers.map(({ provider }) => provider),
    ...upstreams.all.map((upstream) => upstream.name),
  ];
  return [...new Set([...Object.values(providers).map((provider) => provider.name), ...offering])].sort();
}
