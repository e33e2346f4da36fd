import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect, PathFacts } from '../dialects/dialect.ts';
import { scanObject } from '../dialects/json-scan.ts';
import type { RequestFacts } from '../dialects/neutral.ts';
import { admitCaller } from '../policy/admit.ts';
import { fitting } from '../routing/fits.ts';
import type { Target } from '../routing/plan.ts';
import { sessionOf } from '../routing/session.ts';
import type { Services } from '../services.ts';
import { admitRates, admitTarget } from './admit-rates.ts';
import { attempt } from './attempt.ts';
import { authenticate } from './authenticate.ts';
import { answeredBefore } from './cached.ts';
import { Exchange } from './exchange.ts';
import { prepare } from './prepare.ts';
import { pursue } from './pursue.ts';
import { readBody } from './read-body.ts';
import { refuse } from './refuse.ts';
import { reserve } from './reserve.ts';
import { resume } from './resume.ts';
import { routed } from './routed.ts';
import { thoughtsAt } from './thoughts.ts';

/** The data plane, in the order it happens. Rooms never call each other: the order lives here. */
export async function handle(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  dialect: Dialect,
  path: PathFacts,
): Promise<void> {
  const exchange = new Exchange(request, response, dialect);
  try {
    const key = await authenticate(services, request);
    exchange.key = key;
    admitCaller(services, key, request);
    const given = scanObject(await readBody(request, services.config.maxBodyBytes));
    const facts = dialect.read(given, path);
    exchange.facts = facts;
    exchange.session = sessionOf(request.headers, facts);
    const asked = admitRates(services, exchange, key);
    if (asked) await asked;
    const scan = await resume(services, exchange, key, given);
    const attempts = routed(services, exchange, key, (targets) => fitting(targets, facts), scan);
    services.accounting.ensureWritable();
    const before = answeredBefore(services, exchange, key, attempts, scan);
    if (before && (await before)) return;
    await admitTarget(services, exchange, key, attempts);
    await pursue(services, exchange, attempts, async (target) => {
      const affordable = await reserve(services, exchange, key, facts, target);
      // What is cut short for want of money is no answer for others.
      if (affordable !== undefined) exchange.capture?.drop();
      const prepared = prepare(exchange, scan, target, {
        model: target.offer.providerModel,
        maxOutputTokens: outputLimit(facts, target, affordable),
        provider: target.upstream.provider,
        offer: target.offer,
        cacheMarks: key.project.cacheMarks,
        ownKey: target.upstream.own,
        ...thoughtsAt(services, exchange, scan, target),
      });
      await attempt(services, exchange, target, prepared);
    });
  } catch (error) {
    refuse(services, exchange, error);
  }
}

/** What each answer may have at most, where that is less than was asked: what the budget affords and the model can. */
function outputLimit(facts: RequestFacts, { offer }: Target, affordable: number | undefined): number | undefined {
  const asked = facts.maxOutputTokens === undefined ? 0 : facts.maxOutputTokens / facts.choices;
  const possible = offer.maxOutputTokens !== null && asked > offer.maxOutputTokens ? offer.maxOutputTokens : undefined;
  return affordable === undefined ? possible : Math.min(affordable, possible ?? affordable);
}
