import { BlockList } from 'node:net';
import { type Address, parseCidr } from '../../shared/cidr.ts';
import type { RuleSubject, RuleValue } from '../../shared/contracts/iam.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isFreePrice } from '../catalog/free-price.ts';
import type { Offer, Price } from '../catalog/types.ts';
import { type DeniedNames, deniedNames, isDenied } from './denied-names.ts';

/** What rules are asked about: an offer, or the address of a caller, undefined when nobody can say it. */
export type Subject =
  | { kind: 'offer'; offer: Offer; catalog: Pick<Catalog, 'find' | 'generation'> }
  | { kind: 'address'; address: Address | undefined };

/** One thing that a rule can be about. */
interface Matcher {
  /** Whose rule it is: one about the caller holds for every call, one about an offer decides where a call may go. */
  of: Subject['kind'];
  /** Compiles a rule's value to the question whether it names a subject. */
  compile(value: RuleValue, denies: boolean): (subject: never) => boolean;
  /** What a rule of this kind forbids, after `forbids` or `allows only`. */
  says: { denied(subject: never): string; allowed(value: RuleValue, subject: never): string };
}

type OfferSubject = Extract<Subject, { kind: 'offer' }>;
type AddressSubject = Extract<Subject, { kind: 'address' }>;

const MOST_NAMED = 5;
const MOST_ADDRESSES = 1000;
const PICO_PER_USD_A_MILLION = 1_000_000n;

export const MATCHERS = {
  models: {
    of: 'offer',
    compile: ({ models = [] }, denies) => {
      // names mean the same until the catalogue is replaced
      let generation: number | undefined;
      let ids: ReadonlySet<string> | undefined;
      let denied: DeniedNames | undefined;
      return ({ offer, catalog }: OfferSubject) => {
        if (generation !== catalog.generation) {
          generation = catalog.generation;
          ids = undefined;
          denied = undefined;
        }
        ids ??= new Set([...models, ...models.flatMap((name) => catalog.find(name).map(({ id }) => id))]);
        if (ids.has(offer.id)) return true;
        // the catalogue's offers have no other names than it knows; a custom provider's have no price
        if (!denies || !offer.priceUnknown) return false;
        denied ??= deniedNames(catalog, models);
        return isDenied(denied, catalog, offer);
      };
    },
    says: {
      denied: ({ offer }: OfferSubject) => `the model ${offer.id}`,
      allowed: ({ models }, { offer }: OfferSubject) => `the models ${few(models)}, not ${offer.id}`,
    },
  },
  providers: {
    of: 'offer',
    compile: ({ providers = [] }) => {
      const names = new Set(providers);
      return ({ offer }: OfferSubject) => names.has(offer.provider);
    },
    says: {
      denied: ({ offer }: OfferSubject) => `the provider ${offer.provider}`,
      allowed: ({ providers }, { offer }: OfferSubject) => `the providers ${few(providers)}, not ${offer.provider}`,
    },
  },
  pricing: {
    of: 'offer',
    compile: ({ pricing_type, max_input_price, max_output_price }, denies) => {
      const maxInput = max_input_price === undefined ? undefined : picoOf(max_input_price);
      const maxOutput = max_output_price === undefined ? undefined : picoOf(max_output_price);
      // a price that nobody knows is neither free nor under any maximum
      const namesUnknown = pricing_type !== 'free' && maxInput === undefined && maxOutput === undefined;
      const names = (price: Price) =>
        (pricing_type === undefined || (pricing_type === 'free') === isFreePrice(price)) &&
        (maxInput === undefined || price.inputPico <= maxInput) &&
        (maxOutput === undefined || price.outputPico <= maxOutput);
      // how long a request is shows later: all that it may cost must be allowed, and nothing of it denied
      return ({ offer: { price, longContext, priceUnknown } }: OfferSubject) => {
        if (priceUnknown) return namesUnknown;
        if (longContext === null) return names(price);
        return denies ? names(price) || names(longContext.price) : names(price) && names(longContext.price);
      };
    },
    says: {
      denied: ({ offer }: OfferSubject) => `the model ${offer.id} for its price`,
      allowed: (value, { offer }: OfferSubject) => `${pricesIn(value)}, not ${offer.id}`,
    },
  },
  ip_cidrs: {
    of: 'address',
    compile: ({ ip_cidrs = [] }, denies) => {
      // one list for each family: Node finds an IPv4 address in ::/0
      const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
      for (const text of ip_cidrs) {
        const { address, prefix } = parseCidr(text)!;
        lists[address.family].addSubnet(address.text, prefix, address.family);
      }
      // callers come again and again, and looking one up makes objects
      const known = new Map<string, boolean>();
      return ({ address }: AddressSubject) => {
        // a caller whose address nobody can say is held for one that is denied
        if (address === undefined) return denies;
        let named = known.get(address.text);
        if (named === undefined) {
          named = lists[address.family].check(address.text, address.family);
          if (known.size >= MOST_ADDRESSES) known.clear();
          known.set(address.text, named);
        }
        return named;
      };
    },
    // the ranges are not told: whoever found a key must not learn from where it works
    says: {
      denied: ({ address }: AddressSubject) => `calls from ${address?.text ?? 'an unknown address'}`,
      allowed: (_value, { address }: AddressSubject) =>
        `calls from certain addresses, not from ${address?.text ?? 'an unknown one'}`,
    },
  },
} as const satisfies Record<RuleSubject, Matcher>;

function few(names: readonly string[] = []): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}

/** USD per million tokens, at most six places, as pico-dollars a token: exactly. */
function picoOf(usdPerMillion: string): bigint {
  const [whole = '0', fraction = ''] = usdPerMillion.split('.');
  return BigInt(whole) * PICO_PER_USD_A_MILLION + BigInt(fraction.padEnd(6, '0'));
}

function pricesIn({ pricing_type, max_input_price, max_output_price }: RuleValue): string {
  const most = [
    max_input_price === undefined ? [] : [`${max_input_price} USD per million tokens in`],
    max_output_price === undefined ? [] : [`${max_output_price} USD per million tokens out`],
  ].flat();
  return `${pricing_type ? `${pricing_type} models` : 'models'}${most.length > 0 ? ` of at most ${most.join(' and ')}` : ''}`;
}
