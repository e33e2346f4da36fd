import type { z } from 'zod';
import type { logSchema } from '../../../shared/contracts/usage.ts';
import { errorRow } from '../../../shared/errors.ts';
import { jsonText } from '../../output.ts';
import type { Paint } from '../../paint.ts';
import { factLines } from '../../table.ts';
import { duration } from './line.ts';
import { routingTables, routingText } from './routing-text.ts';

type Log = z.output<typeof logSchema>;

/** One request for people: what was asked and what became of it; what did not happen is left out. */
export async function logText(log: Log, paint: Paint, width: number | undefined): Promise<string> {
  const facts = factLines(
    paint,
    [
      ['request', log.id],
      ['when', log.created_at],
      ['outcome', outcome(log)],
      ['retried by', log.retried_by && `${log.retried_by}: \`gateway logs show ${log.retried_by}\``],
      ['what to do', log.error_code && !log.retried_by ? errorRow(log.error_code)?.hint : null],
      ['model', log.model],
      ['provider', answeredBy(log)],
      ['format', log.stream ? `${log.format}, as a stream` : log.format],
      [
        'tokens in',
        parts(log.tokens_in, { 'read from cache': log.tokens_cached, 'put into cache': log.tokens_cache_write }),
      ],
      ['tokens out', parts(log.tokens_out, { 'for reasoning': log.tokens_reasoning })],
      ['cost', `${log.cost_usd} USD${log.estimated ? ', estimated' : ''}`],
      ['took', took(log)],
      ['key', log.key_name === null ? log.key : `${log.key_name} (${log.key})`],
      ['source', log.source],
      ['session', log.session],
      ['metadata', Object.keys(log.metadata).length > 0 ? jsonText(log.metadata) : null],
      ['routing', log.routing && routingText({ session: log.session, ...log.routing })],
    ],
    width,
  );
  return log.routing ? `${facts}${await routingTables(log.routing, paint, width)}` : facts;
}

function outcome({ status_code, error_code, retried_by, cache_hit }: Log): string {
  if (error_code === null) return `${status_code}, ${cache_hit ? 'answered from the response cache' : 'answered'}`;
  return `${status_code}, ${retried_by ? 'an attempt that failed' : 'failed'}: ${error_code}`;
}

function answeredBy({ provider, provider_model }: Log): string | null {
  return provider && provider_model ? `${provider}, as ${provider_model}` : provider;
}

/** `9`, or `9 (4 read from cache)`. */
function parts(whole: number, of: Readonly<Record<string, number>>): string {
  const told = Object.entries(of).filter(([, count]) => count > 0);
  return told.length === 0 ? String(whole) : `${whole} (${told.map(([what, count]) => `${count} ${what}`).join(', ')})`;
}

function took({ latency_ms, time_to_first_token_ms: first }: Log): string {
  return first === null ? duration(latency_ms) : `${duration(latency_ms)}, the first token after ${duration(first)}`;
}
