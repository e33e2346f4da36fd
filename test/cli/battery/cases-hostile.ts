import type { Answer } from '../../helpers/fake-gateway.ts';
import { failed } from '../../helpers/fake-gateway.ts';
import type { Case } from './case.ts';
import type { Entry } from './entries.ts';
import { type Expected, ifAsked, OK } from './expected.ts';
import { HOSTILE, poisoned } from './hostile.ts';

const NO_COLOR = { NO_COLOR: '1', TERM: 'xterm-256color' };

/** What a server says, when it wants to move the cursor, set the title, turn text around or add a line of its own. */
export const HOSTILE_CASES: readonly Case[] = [
  { name: 'hostile error', runs: ({ entry }) => [{ routes: { '*': badError }, expected: refused(entry) }] },
  {
    name: 'hostile error on a terminal',
    runs: ({ entry }) => [
      { routes: { '*': badError }, text: true, terminal: true, env: NO_COLOR, expected: refused(entry) },
    ],
  },
  { name: 'hostile answer', runs: ({ entry }) => [{ routes: poisonedRoutes(entry), expected: OK }] },
  {
    name: 'hostile answer on a terminal',
    runs: ({ entry }) => [{ routes: poisonedRoutes(entry), text: true, terminal: true, env: NO_COLOR, expected: OK }],
  },
];

const badError: Answer = failed(400, `bad${HOSTILE}code`, `bad${HOSTILE}message`, {
  'x-request-id': 'req_\u009b2J\u0085\u00ad',
});

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
