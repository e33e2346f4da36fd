import type { ExplainAsked, Explanation } from '../../../shared/contracts/route-explain.ts';
import { GatewayError } from '../../../shared/errors.ts';
import { estimate } from '../../billing/estimate.ts';
import { isAuto } from '../../dialects/extensions.ts';
import type { Scan } from '../../dialects/json-scan.ts';
import type { KeyEntry } from '../../identity/key-ring.ts';
import { autoExclusions } from '../../routing/auto/exclusions.ts';
import { fitting } from '../../routing/fits.ts';
import { offeredTo, type Target } from '../../routing/plan.ts';
import type { Services } from '../../services.ts';
import type { Exchange } from '../exchange.ts';
import { prepare } from '../prepare.ts';
import { resume } from '../resume.ts';
import { isOn } from '../routed.ts';
import { autoAsked, type Routed, targetsFor } from '../targets.ts';
import { asSent } from './as-sent.ts';
import { budgetFor } from './budget.ts';
import { type ExcludedTarget, excluded, excludedOf, refusalOf } from './excluded.ts';
import { candidateOf, estimateOf, placeOf } from './view.ts';

/**
 * Where a request would go: what `handle` decides, by the same functions, with nobody called and nothing remembered. Throws
 * `invalid_request` and `model_not_found` as the request itself would be refused; other refusals are told.
 */
export async function explain(services: Services, key: KeyEntry, asked: ExplainAsked): Promise<Explanation> {
  const sent = asSent(asked);
  const { exchange } = sent;
  const scan = await resume(services, exchange, key, sent.scan);
  const facts = exchange.facts!;
  const { routing } = key.project;
  exchange.noFallback = isOn(exchange.request.headers, 'x-no-fallback');
  let found: Routed | undefined;
  const refused = refusalOf(() => {
    found = targetsFor(unremembering(services), key, {
      facts,
      scan,
      able: (targets) => fitting(targets, facts),
      session: exchange.session === undefined ? undefined : { pinned: pinned(services, exchange, key) },
      noFallback: exchange.noFallback,
      // chance has no say in what is explained
      random: () => 1,
    });
  });
  if (refused?.code === 'model_not_found') throw refused;
  const targets = found?.choice.targets ?? [];
  const out = isAuto(facts.model)
    ? autoExclusions(offeredTo(services, key), autoAsked(services, key, facts, scan), targets)
    : excludedOf(services, key, facts);
  const way = wayOver(targets, exchange, scan, key);
  const refusal = refused ?? (way.open.length === 0 ? way.refusal : undefined);
  const [chosen, ...others] = way.open;
  const scores = new Map(found?.choice.scores.map((one) => [one.target, one]));
  return {
    model: facts.model,
    format: asked.format,
    stream: facts.stream,
    tier: found?.classification?.tier ?? null,
    tier_score: found?.classification?.score ?? null,
    signals: found?.classification?.signals ?? [],
    reason: found?.choice.reason ?? null,
    strategy: facts.strategy ?? 'auto',
    session: exchange.session ?? null,
    no_fallback: exchange.noFallback,
    chosen: chosen ? placeOf(chosen) : null,
    fallbacks: others.slice(0, routing.retry.maxRetries).map(placeOf),
    candidates: targets.map((target) => candidateOf(target, scores.get(target), facts, routing.priorities)),
    excluded: [...out, ...way.out],
    estimate: chosen ? estimateOf(chosen, facts) : null,
    budget: way.budget ?? { affordable: true, left_usd: null, bounded_by: null },
    refusal: refusal ? { code: refusal.code, message: refusal.message, http_status: refusal.status ?? 500 } : null,
  };
}

interface Way {
  /** Those that the request would be sent to. */
  open: Target[];
  out: ExcludedTarget[];
  /** At the chosen one, or at the first that cannot be paid. */
  budget: Explanation['budget'] | undefined;
  refusal?: GatewayError;
}

/** Passes over those targets that cannot take this request, or that the money does not last for. */
function wayOver(targets: readonly Target[], exchange: Exchange, scan: Scan, key: KeyEntry): Way {
  const way: Way = { open: [], out: [], budget: undefined };
  for (const target of targets) {
    const asked = estimate(target.offer, exchange.facts!);
    const budget = budgetFor(key.accounts, target, asked);
    const refusal = budget.affordable
      ? refusalOf(() => prepare(exchange, scan, target, changesFor(target, key)))
      : unpaid(key, budget.bounded_by!);
    if (way.open.length === 0 && (way.budget === undefined || !refusal)) way.budget = budget;
    if (!refusal) way.open.push(target);
    else {
      way.refusal ??= refusal;
      way.out.push(excluded(target, budget.affordable ? 'request' : 'budget', refusal.message));
    }
  }
  return way;
}

function unpaid(key: KeyEntry, label: string): GatewayError {
  const code = key.accounts.find((account) => account.label === label)!.code;
  return new GatewayError(code, `${label} does not cover this request.`);
}

function changesFor({ offer, upstream }: Target, { project }: KeyEntry) {
  return {
    model: offer.providerModel,
    maxOutputTokens: undefined,
    provider: upstream.provider,
    offer,
    cacheMarks: project.cacheMarks,
    ownKey: upstream.own,
  };
}

/** What is asked of it is not remembered. */
function unremembering(services: Services): Services {
  const { preferences } = services;
  return { ...services, preferences: { get: (choice, ttlSeconds) => preferences.get(choice, ttlSeconds), set() {} } };
}

/** Where the request's session stays; looking is not using. */
function pinned({ pins }: Services, { session, facts }: Exchange, key: KeyEntry): string | undefined {
  const of = { projectId: key.projectId, model: facts!.model, session: session! };
  return pins.peek(of, key.project.routing.sticky.ttlSeconds)?.targetId;
}
