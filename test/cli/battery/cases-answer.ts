import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { type Answer, failed, json, page } from '../../helpers/fake-gateway.ts';
import { oauthError } from '../../helpers/fake-issuer.ts';
import { type Case, type CaseName, ifItAsks } from './case.ts';
import { type Failure, ifAsked } from './expected.ts';

/** What a server answers instead of what was asked for: everything gets the same. */
export const ANSWER_CASES: readonly Case[] = [
  {
    name: '401',
    runs: (subject) =>
      ifItAsks(subject, {
        routes: {
          '*': failed(401, 'invalid_api_key', 'This key was revoked.'),
          'POST /token': oauthError('invalid_grant'),
        },
        // a login whose token is refused is renewed first, which the issuer does not do either
        expected: ifAsked(
          subject.entry,
          subject.entry.auth === 'login'
            ? { code: 'invalid_token', exit: 1 }
            : remote(1, 'invalid_api_key', 401, { retryable: false }),
        ),
      }),
  },
  told('402', failed(402, 'insufficient_balance', 'The balance is used up.'), remote(1, 'insufficient_balance', 402)),
  told('403', failed(403, 'permission_denied', 'This key may not do that.'), remote(1, 'permission_denied', 403)),
  told('404', failed(404, 'not_found', 'There is no such thing.'), remote(1, 'not_found', 404)),
  told('409', failed(409, 'conflict', 'It changed meanwhile.'), remote(1, 'conflict', 409)),
  told(
    '429',
    failed(429, 'rate_limit_exceeded', 'Too many requests.', { 'retry-after': '7' }),
    remote(1, 'rate_limit_exceeded', 429, { retry_after_s: 7, retryable: true }),
  ),
  told(
    'unknown code',
    failed(429, 'something_new', 'This is of a later version.', { 'retry-after': '9' }),
    remote(1, 'something_new', 429, {
      message: 'This is of a later version.',
      type: 'some_error',
      retry_after_s: 9,
      retryable: true,
    }),
  ),
  told(
    '500',
    failed(500, 'internal_error', 'Something broke.'),
    remote(3, 'internal_error', 500, { retryable: true, message: 'Something broke.' }),
  ),
  told(
    '503',
    failed(503, 'service_unavailable', 'Back in a minute.', { 'retry-after': '60' }),
    remote(3, 'service_unavailable', 503, { retryable: true, retry_after_s: 60 }),
  ),
  told('HTML 502', page(502), { code: 'bad_response', exit: 3, facts: { http_status: 502 } }),
  told('HTML 200', page(200), { code: 'bad_response', exit: 3, facts: { http_status: 200 } }),
  told('JSON of another kind', json({ hello: 'world' }), { code: 'bad_response', exit: 3 }),
  {
    name: 'redirect',
    runs: (subject) => {
      let asked = 0;
      const other = createServer((_request, response) => {
        asked++;
        response.end('{}');
      });
      return ifItAsks(subject, {
        routes: {
          '*': (_request, response) => {
            const { port } = other.address() as AddressInfo;
            response.writeHead(307, { location: `http://localhost:${port}/elsewhere` }).end();
          },
        },
        prepare: () => void other.listen(0, 'localhost').unref(),
        expected: ifAsked(subject.entry, { code: 'bad_response', exit: 3, facts: { http_status: 307 } }),
        check: () => {
          other.close();
          expect(asked).toBe(0);
        },
      });
    },
  },
];

function told(name: CaseName, answer: Answer, failure: Failure): Case {
  return {
    name,
    runs: (subject) => ifItAsks(subject, { routes: { '*': answer }, expected: ifAsked(subject.entry, failure) }),
  };
}

function remote(exit: number, code: string, http_status: number, facts: Record<string, unknown> = {}): Failure {
  return { code, exit, facts: { http_status, request_id: 'req_fake', ...facts } };
}
