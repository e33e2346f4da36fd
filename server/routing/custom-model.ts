import type { Upstream, UpstreamSet } from '../providers/upstreams.ts';

/** A model of a provider that only the configuration knows. */
export interface CustomModel {
  upstream: Upstream;
  /** What the provider calls it; anything, also nothing. */
  model: string;
}

const PREFIX = /^(?:gateway\/)+/i;
/** As long as a name that rules can name. */
const LONGEST_NAME = 200;
const EMPTY_PART = /(?:^|[/\\])\.{0,2}(?:[/\\]|$)/;
const OUTER_BLANK = /(?:^|[/\\:@])\s|\s(?:[/\\:@]|$)/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const ESCAPE = /%[0-9a-f]{2}/i;

/** A model's name as it is stored: `gateway/<name>` and `<name>` are the same. */
export function withoutGateway(name: string): string {
  return name.replace(PREFIX, '');
}

/** `acme/<model>`, of a provider that only the configuration knows. */
export function customModel(upstreams: UpstreamSet, name: string): CustomModel | undefined {
  const bare = withoutGateway(name);
  const slash = bare.indexOf('/');
  const upstream = slash > 0 ? upstreams.get(bare.slice(0, slash)) : undefined;
  return upstream?.custom ? { upstream, model: bare.slice(slash + 1) } : undefined;
}

/**
 * True when a custom provider may be asked for the model. Servers take much for the same name (`foo`, `./foo`, `%66oo`,
 * `foo` behind a blank), so a name that has a plainer spelling is not let through: it would get past a rule about that.
 */
export function isPlain(model: string): boolean {
  return (
    model.length <= LONGEST_NAME &&
    !EMPTY_PART.test(model) &&
    !OUTER_BLANK.test(model) &&
    !UNSEEN.test(model) &&
    !ESCAPE.test(model) &&
    model.normalize('NFKC') === model
  );
}
