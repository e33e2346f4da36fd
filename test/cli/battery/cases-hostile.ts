import type { Answer } from '../../helpers/fake-gateway.ts';
import { failed } from '../../helpers/fake-gateway.ts';
import { type Case, type CaseName, ifItAsks } from './case.ts';
import type { Entry } from './entries.ts';
import { type Expected, ifAsked, OK } from './expected.ts';
import { HOSTILE, poisoned } from './hostile.ts';
import type { Arrangement } from './perform.ts';

const TERMINAL: Arrangement = { text: true, terminal: true, env: { NO_COLOR: '1', TERM: 'xterm-256color' } };

const badError: Answer = failed(400, `bad${HOSTILE}code`, `bad${HOSTILE}message`, {
  'x-request-id': 'req_\u009b2J\u0085\u00ad',
});

/** What a server says, when it wants to move the cursor, set the title, turn text around or add a line of its own. */
export const HOSTILE_CASES: readonly Case[] = [
  saying('hostile error', () => ({ '*': badError }), refused),
  saying('hostile error on a terminal', () => ({ '*': badError }), refused, TERMINAL),
  saying('hostile answer', poisonedRoutes, () => OK),
  saying('hostile answer on a terminal', poisonedRoutes, () => OK, TERMINAL),
];

function saying(
  name: CaseName,
  routes: (entry: Entry) => Record<string, Answer>,
  expected: (entry: Entry) => Expected,
  where: Arrangement = {},
): Case {
  const run = (entry: Entry) => ({ ...where, routes: routes(entry), expected: expected(entry) });
  return { name, runs: (subject) => ifItAsks(subject, run(subject.entry)) };
}

function refused(entry: Entry): Expected {
  return ifAsked(entry, { code: `bad${HOSTILE}code`, exit: 1, facts: { message: `bad${HOSTILE}message` } });
}

function poisonedRoutes({ routes = {}, trusts }: Entry): Record<string, Answer> {
  return Object.fromEntries(
    Object.entries(routes).map(([route, answer]) => [
      route,
      poisonedAnswer(answer, (body) => poisoned(route, body, trusts)),
    ]),
  );
}

/** An answer whose body is changed on its way. */
function poisonedAnswer(answer: Answer, change: (body: string) => string): Answer {
  return (request, response) => {
    const end = response.end.bind(response);
    response.end = ((body: unknown) => end(change(String(body)))) as typeof response.end;
    answer(request, response);
  };
}
