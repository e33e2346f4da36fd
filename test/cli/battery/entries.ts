/**
 * One row a command: how it is called so that it succeeds, whom it talks to, and what is special about it. From a row the
 * battery computes what must come out of the command in every failure there is (`cases-*.ts`).
 *
 * To add a command:
 * 1. Add `'noun verb': { … }` below, in the tree's order. Another form of a command (`login --complete`) may have a row of
 *    its own: `'login (--complete)'`.
 * 2. Run `npx vitest run test/cli/battery -t 'noun verb'`.
 *
 * The command runs in a HOME of its own, which is its working folder too, against a fake server that answers `routes`.
 */
import { type Answer, json, keyReply, ME } from '../../helpers/fake-gateway.ts';
import {
  AUDIT_ENTRY,
  AUTO_TOPUP,
  CATALOG,
  ENDPOINTS,
  EXPLANATION,
  LOG,
  LOGS,
  list,
  MEMBER,
  MODEL,
  MODELS,
  MOVEMENT,
  ORGANIZATION,
  ORIGINS,
  PROJECT,
  PROJECT_ROUTING,
  PROVIDER,
  PROVIDER_KEY,
  RULE,
  TOPUP,
  USAGE,
} from './answers.ts';
import type { CaseName } from './case.ts';
import type { Expected } from './expected.ts';

export interface Entry {
  /** What stands behind the path, complete: with it and with `routes` the command succeeds. Without prompts: `--yes` where it asks. */
  args?: readonly string[];
  stdin?: string;
  /** Files in HOME, which is the working folder too. `{url}` becomes the server's address. `.gateway/` is the config folder; what is in `bin/` can be executed. */
  files?: Readonly<Record<string, string>>;
  /** More environment variables; `{home}` becomes HOME. */
  env?: Readonly<Record<string, string>>;
  /** Which credential it has: GATEWAY_API_KEY, a stored login (a person's), or none because it needs none. */
  auth: 'key' | 'login' | 'none';
  /**
   * Whom it asks: nobody; the server, and its failure is the command's; or the server, but the command succeeds without an
   * answer too (`logout` revokes if it can); or the server, and its failure is reported on stdout, with exit code 1 (`doctor`).
   */
  contact: 'none' | 'server' | 'tolerant' | 'reports';
  /** How many requests it has on the way at once, at most; one when left out. */
  atOnce?: number;
  /** What the server answers, by `METHOD /path`. */
  routes?: Readonly<Record<string, Answer>>;
  /** What it reads of `~/.gateway`. By default `settings`, and also `credentials` when `auth` is `login`: then a damaged credentials file is its failure. */
  reads?: 'nothing' | 'settings' | 'credentials';
  /** Where it must be able to write, or fail: `config` is `~/.gateway`, `folder` is the working folder. */
  writes?: 'config' | 'folder';
  /** Arguments in which something is missing: each is refused as `usage`, or as what is named here. */
  missing?: readonly Wrong[];
  /** Arguments with a bad value: each is refused as `usage`, or as what is named here. No request is made. */
  bad?: readonly Wrong[];
  /** Arguments with which it asks a person: without a terminal the failure names `flag`. `--yes`: `confirmation_required`, else `input_required`. */
  asks?: { args: readonly string[]; flag: string };
  /** Its purpose is to print the credential. */
  printsSecret?: true;
  /** Fields of an answer that it acts upon (an address that it calls, a model that it looks for): these stay what they are when everything else that a server says is hostile. */
  trusts?: readonly string[];
  /** It prints one JSON object a line. */
  prints?: 'lines';
  /** Documented deviations from what the case expects by itself. Keep them few, each with its reason. */
  except?: Readonly<Partial<Record<CaseName, Expected & { because: string }>>>;
}

/** An argument list that is refused, and the code if it is not `usage`. */
export type Wrong = readonly string[] | { args: readonly string[]; code: string };

const ok = { ok: true } as const;
const CHILD = "stdout is the child's: what it does then is its own";
const SIGNALS = 'once its command runs, the signal is for that';
/** Agents that print what they are told to. */
const AGENT = '#!/bin/sh\necho "{}"\n';
const LAUNCHED = {
  'closed stdout': { silent: true, because: CHILD },
  'full stdout': { silent: true, because: CHILD },
} as const;
/** Flags that are not ours go to the agent. */
const PASSED = { ...ok, because: 'flags that are not ours are for the agent' };
/** A sign-in that waits for its approval. */
const STARTED = JSON.stringify({
  version: 1,
  profiles: {},
  pending: {
    default: {
      api_url: '{url}',
      device_code: 'device-1',
      user_code: 'ABCD-EFGH',
      verification_uri: '{url}/device',
      verification_uri_complete: null,
      expires_at: 4_102_444_800_000,
      interval: 1,
    },
  },
  last_keys: {},
});
const TOKENS = { access_token: 'access-9', refresh_token: 'refresh-9', token_type: 'Bearer', expires_in: 3600 };
const keyRoutes = {
  'GET /api/v1/me/keys': list(keyReply()),
  'POST /api/v1/me/keys': json({ ...keyReply(), raw: 'sk-gw-MadeByTheFakeServerMadeByTheFakeServer' }, 201),
  'GET /api/v1/me/keys/key_1': json(keyReply()),
  'PATCH /api/v1/me/keys/key_1': json(keyReply()),
  'DELETE /api/v1/me/keys/key_1': json({ id: 'key_1', status: 'revoked', revoked: 1 }),
  'POST /api/v1/me/keys/key_1/roll': json({
    ...keyReply(),
    raw: 'sk-gw-MadeByTheFakeServerMadeByTheFakeServer',
    old_expires_at: null,
  }),
};
const ruleRoutes = {
  'GET /api/v1/me/keys/key_1/iam': list(RULE),
  'POST /api/v1/me/keys/key_1/iam': json(RULE, 201),
  'GET /api/v1/me/keys/key_1/iam/iam_1': json(RULE),
  'PATCH /api/v1/me/keys/key_1/iam/iam_1': json(RULE),
  'DELETE /api/v1/me/keys/key_1/iam/iam_1': json({ id: 'iam_1', key: 'key_1', deleted: true }),
};
const key = { auth: 'key', contact: 'server' } as const;
const person = { auth: 'login', contact: 'server' } as const;
const offline = { auth: 'none', contact: 'none', reads: 'nothing' } as const;

const launched = {
  ...key,
  env: { PATH: `{home}/bin:${process.env.PATH}` },
  files: { 'bin/opencode': AGENT, 'bin/claude': AGENT },
  routes: {
    'GET /v1/models': json({
      object: 'list',
      data: [{ ...MODEL, formats: ['openai', 'anthropic'] }],
      has_more: false,
      first_id: MODEL.id,
      last_id: MODEL.id,
    }),
  },
  // a name in a variable cannot hold what no variable can
  trusts: ['formats', 'capabilities', 'id'],
} as const;

export const ENTRIES: Record<string, Entry> = {
  serve: {
    auth: 'none',
    contact: 'none',
    reads: 'nothing',
    args: ['--port', '0', '--dry-run'],
    bad: [
      ['--port', 'many'],
      ['--port', '70000'],
      ['--only', 'half'],
    ],
  },
  init: {
    auth: 'none',
    contact: 'none',
    reads: 'nothing',
    args: ['--port', '8787', '--provider-key', 'openai=env:UPSTREAM', '--yes'],
    env: { UPSTREAM: 'sk-of-the-provider' },
    writes: 'config',
    asks: { args: [], flag: '--provider-key' },
    missing: [['--port'], { args: ['--provider-key', 'openai=env:NOT_SET'], code: 'input_required' }],
    bad: [
      ['--port', 'many'],
      ['--public-url', 'gateway.example'],
      ['--credit-usd', 'lots'],
      ['--provider-key', 'openai=sk-in-argv'],
      ['--provider-key', 'sk-in-argv'],
      ['--database-url', 'postgres://ann:pw@db/gateway'],
      { args: ['no-such-folder', '--yes'], code: 'file_error' },
    ],
  },
  login: {
    auth: 'none',
    contact: 'server',
    args: ['--start'],
    reads: 'credentials',
    writes: 'config',
    routes: ORIGINS,
    trusts: ENDPOINTS,
    missing: [['--code', '123456'], ['--email']],
    bad: [
      ['--wait', 'long', '--complete'],
      ['--with-key', 'sk-gw-in-argv'],
      ['--start', '--complete'],
    ],
  },
  'login (--with-key)': {
    auth: 'none',
    contact: 'server',
    args: ['--with-key', '@key.txt'],
    files: { 'key.txt': '{key}\n' },
    reads: 'credentials',
    writes: 'config',
    routes: { 'GET /api/v1/me': json(ME) },
    missing: [{ args: ['--with-key', '@no-such-file'], code: 'file_error' }],
  },
  'login (--complete)': {
    auth: 'none',
    contact: 'server',
    args: ['--complete'],
    files: { '.gateway/credentials.json': STARTED },
    reads: 'credentials',
    writes: 'config',
    routes: { ...ORIGINS, 'POST /token': json(TOKENS), 'GET /api/v1/me': json(ME) },
    trusts: [...ENDPOINTS, 'token_type', 'access_token'],
    missing: [['--complete', '--wait']],
    bad: [
      ['--complete', '--wait', 'long'],
      ['--complete', '--email', 'ann@example.com'],
    ],
    except: {
      'HOME that is not there': { code: 'not_logged_in', exit: 1, because: 'nothing was started in that HOME' },
    },
  },
  'login (--email)': {
    auth: 'none',
    contact: 'server',
    // at a terminal it would ask for the code
    args: ['--email', 'ann@example.com', '--no-input'],
    reads: 'credentials',
    writes: 'config',
    routes: { ...ORIGINS, 'POST /api/v1/auth/email': json({ sent: true, expires_in: 600, delivered: 'mail' }, 202) },
    trusts: ENDPOINTS,
    bad: [['--email', 'ann@example.com', '--start']],
    except: { 'full disk': { ...ok, because: 'until the code is there nothing is stored' } },
  },
  logout: {
    auth: 'login',
    contact: 'tolerant',
    atOnce: 2,
    writes: 'config',
    routes: ORIGINS,
    except: { 'no credential': { ...ok, because: 'there is nothing left to do' } },
  },
  'logout (--all)': {
    auth: 'login',
    contact: 'tolerant',
    atOnce: 2,
    args: ['--all', '--yes'],
    reads: 'nothing',
    writes: 'config',
    routes: ORIGINS,
    asks: { args: ['--all'], flag: '--yes' },
    except: {
      'no credential': { ...ok, because: 'there is nothing left to do' },
      'corrupt credentials': { ...ok, because: 'it is the way out: it moves the damaged file aside' },
    },
  },
  whoami: { ...key, routes: { 'GET /api/v1/me': json(ME) } },
  'auth status': {
    auth: 'key',
    contact: 'none',
    except: { 'no credential': { ...ok, because: 'it says that there is none' } },
  },
  'auth token': { auth: 'key', contact: 'none', printsSecret: true },
  'profile list': {
    auth: 'login',
    contact: 'none',
    except: { 'no credential': { ...ok, because: 'an empty list is an answer' } },
  },
  'profile use': {
    auth: 'login',
    contact: 'none',
    args: ['default'],
    files: { '.gateway/config.json': '{"profile":"default"}' },
    writes: 'config',
    missing: [[]],
    bad: [{ args: ['nobody'], code: 'not_found' }],
    except: { 'no credential': { ...ok, because: 'the default profile can always be chosen' } },
  },
  'profile remove': {
    auth: 'login',
    contact: 'tolerant',
    atOnce: 2,
    args: ['default', '--yes'],
    writes: 'config',
    routes: ORIGINS,
    missing: [['--yes']],
    bad: [{ args: ['nobody', '--yes'], code: 'not_found' }],
    asks: { args: ['default'], flag: '--yes' },
    except: { 'no credential': { code: 'not_found', exit: 1, because: 'a profile is its login' } },
  },
  'keys create': {
    ...key,
    args: ['--name', 'ci'],
    routes: keyRoutes,
    asks: { args: [], flag: '--name' },
    missing: [{ args: [], code: 'input_required' }, ['--name']],
    bad: [
      ['--name', 'ci', '--limit-usd', 'lots'],
      ['--name', 'ci', '--models', 'a,,b'],
      ['--name', 'ci', '--period', '1d'],
    ],
  },
  'keys ensure': {
    ...key,
    args: ['--name', 'ci'],
    routes: keyRoutes,
    asks: { args: [], flag: '--name' },
    missing: [{ args: [], code: 'input_required' }, ['--name']],
    bad: [['--name', 'ci', '--models', 'a,,b']],
  },
  'keys list': { ...key, routes: keyRoutes, missing: [['--project']] },
  'keys show': { ...key, args: ['key_1'], routes: keyRoutes, missing: [[]], bad: [['key_1', 'key_2']] },
  'keys update': {
    ...key,
    args: ['key_1', '--deactivate'],
    routes: keyRoutes,
    missing: [['--deactivate'], ['key_1']],
    bad: [
      ['key_1', '--limit-usd', 'lots'],
      ['key_1', '--activate', '--deactivate'],
      ['key_1', '--rate-limit', 'requests_per_minute=lots'],
    ],
  },
  'keys limit': {
    ...key,
    args: ['key_1', '--limit-usd', '1'],
    routes: keyRoutes,
    missing: [['--limit-usd', '1'], ['key_1']],
    bad: [
      ['key_1', '--limit-usd', 'lots'],
      ['key_1', '--period', '1x'],
    ],
  },
  'keys iam list': { ...key, args: ['key_1'], routes: ruleRoutes, missing: [[]], bad: [['key_1', 'key_2']] },
  'keys iam add': {
    ...key,
    args: ['key_1', '--allow-ips', '10.0.0.0/8'],
    routes: ruleRoutes,
    missing: [['key_1'], ['--allow-ips', '10.0.0.0/8'], ['key_1', '--deny-models']],
    bad: [
      ['key_1', '--allow-ips', '10.0.0.0/33'],
      ['key_1', '--allow-models', 'a,,b'],
      ['key_1', '--allow-pricing', 'cheap'],
      ['key_1', '--max-input-price', 'low'],
      ['key_1', '--allow-models', 'a', '--deny-providers', 'b'],
    ],
  },
  'keys iam update': {
    ...key,
    args: ['key_1', 'iam_1', '--deactivate'],
    routes: ruleRoutes,
    missing: [['key_1'], ['key_1', 'iam_1'], ['key_1', '--deactivate']],
    bad: [
      ['key_1', 'iam_1', '--activate', '--deactivate'],
      ['key_1', 'iam_1', '--deny-ips', 'here'],
    ],
  },
  'keys iam remove': {
    ...key,
    args: ['key_1', 'iam_1', '--yes'],
    routes: ruleRoutes,
    asks: { args: ['key_1', 'iam_1'], flag: '--yes' },
    missing: [['--yes'], ['key_1', '--yes']],
    bad: [['key_1', 'iam_1', 'iam_2', '--yes']],
  },
  'keys rotate': {
    ...key,
    args: ['key_1', '--yes'],
    routes: keyRoutes,
    asks: { args: ['key_1'], flag: '--yes' },
    missing: [['--yes']],
    bad: [['key_1', '--yes', '--grace', 'soon']],
  },
  'keys revoke': {
    ...key,
    args: ['key_1', '--yes'],
    routes: keyRoutes,
    asks: { args: ['key_1'], flag: '--yes' },
    missing: [['--yes']],
    bad: [['key_1', 'key_2', '--yes']],
  },
  'budget get': { ...key, args: ['key_1'], routes: keyRoutes, missing: [[]], bad: [['key_1', 'key_2']] },
  'budget set': {
    ...key,
    args: ['key_1', '--limit-usd', '1'],
    routes: keyRoutes,
    missing: [['--limit-usd', '1'], ['key_1']],
    bad: [
      ['key_1', '--limit-usd', 'lots'],
      ['key_1', '--period', '1x'],
    ],
  },
  balance: { ...key, routes: { 'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }) } },
  credits: {
    ...key,
    routes: {
      'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
      'GET /api/v1/credits/auto': json(AUTO_TOPUP),
    },
  },
  'credits auto': {
    ...person,
    args: ['--enable', '--amount-usd', '25'],
    routes: { 'GET /api/v1/credits/auto': json(AUTO_TOPUP), 'PUT /api/v1/credits/auto': json(AUTO_TOPUP) },
    missing: [['--amount-usd']],
    bad: [
      ['--amount-usd', 'much'],
      ['--threshold-usd', '0.5'],
      ['--enable', '--disable'],
    ],
  },
  'credits history': {
    ...person,
    routes: { 'GET /api/v1/transactions': list(MOVEMENT) },
    missing: [['--limit']],
    bad: [
      ['--limit', 'all'],
      ['--kind', 'odd'],
    ],
  },
  usage: {
    ...key,
    routes: {
      'GET /api/v1/usage/breakdown': USAGE,
    },
    missing: [['--days'], ['--to', '2026-01-01']],
    bad: [
      ['--days', '0'],
      ['--by', 'mood'],
      ['--range', '2w'],
      ['--range', '366d'],
      ['--from', 'yesterday'],
      ['--days', '7', '--range', '1h'],
      ['--range', '1h', '--from', '2026-01-01'],
    ],
  },
  'usage sources': {
    ...key,
    routes: { 'GET /api/v1/usage/breakdown': USAGE },
    missing: [['--range'], ['--to', '2026-01-01']],
    bad: [
      ['--days', '366'],
      ['--by', 'model'],
      ['--days', '7', '--from', '2026-01-01'],
    ],
  },
  logs: {
    ...key,
    routes: { 'GET /api/v1/logs': LOGS },
    missing: [['--limit']],
    bad: [
      ['--limit', '0'],
      ['--status', 'odd'],
      ['--follow', '--to', '2026-01-01'],
    ],
  },
  'logs list': {
    ...key,
    routes: { 'GET /api/v1/logs': LOGS },
    missing: [['--limit']],
    bad: [
      ['--limit', 'all'],
      ['--status', 'odd'],
      ['--from', 'yesterday'],
    ],
  },
  'logs show': {
    ...key,
    args: ['req_1'],
    routes: { 'GET /api/v1/logs/req_1': json(LOG) },
    missing: [[]],
    bad: [['req_1', '--limit', '5']],
  },
  top: {
    ...key,
    args: ['--once'],
    routes: {
      'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
      'GET /api/v1/usage': USAGE,
      'GET /api/v1/usage/breakdown': USAGE,
      'GET /api/v1/logs': LOGS,
    },
    bad: [['now']],
  },
  topup: {
    ...person,
    args: ['--amount', '5'],
    routes: { 'POST /api/v1/topup': json(TOPUP, 201) },
    asks: { args: [], flag: '--amount' },
    missing: [{ args: [], code: 'input_required' }],
    bad: [
      ['--amount', 'much'],
      ['--amount', '0.99'],
      ['--amount', '5', '--wait', 'long'],
    ],
  },
  'topup status': {
    ...person,
    args: ['top_1'],
    routes: { 'GET /api/v1/topup/top_1': json({ ...TOPUP, paid: false, balance_usd: '4.20' }) },
    missing: [[]],
  },
  'orgs list': { ...person, routes: { 'GET /api/v1/orgs': list(ORGANIZATION) } },
  'orgs show': { ...person, routes: { 'GET /api/v1/orgs/current': json(ORGANIZATION) }, bad: [['a', 'b']] },
  'orgs use': {
    ...person,
    args: ['Acme'],
    routes: { 'PUT /api/v1/me/organization': json(ORGANIZATION) },
    missing: [[]],
    bad: [['']],
  },
  'orgs rename': {
    ...person,
    args: ['current', 'Acme'],
    routes: { 'PATCH /api/v1/orgs/current': json(ORGANIZATION) },
    missing: [[], ['current']],
    bad: [['current', '']],
  },
  'orgs update': {
    ...person,
    args: ['current', '--rate-limit', 'requests_per_minute=600', '--rate-limit', 'tokens_per_minute=100000'],
    routes: { 'PATCH /api/v1/orgs/current': json(ORGANIZATION) },
    missing: [[], ['current'], ['current', '--rate-limit']],
    bad: [
      ['current', '--rate-limit', 'requests_per_minute'],
      ['current', '--rate-limit', 'requests_per_hour=5'],
      ['current', '--rate-limit', 'requests_per_minute=0'],
      ['current', '--rate-limit', 'none', '--rate-limit', 'requests_per_day=5'],
    ],
  },
  'projects list': { ...person, routes: { 'GET /api/v1/projects': list(PROJECT) } },
  'projects create': {
    ...person,
    args: ['--name', 'web'],
    routes: { 'POST /api/v1/projects': json(PROJECT, 201) },
    asks: { args: [], flag: '--name' },
    missing: [{ args: [], code: 'input_required' }, ['--name']],
    bad: [['--name', '']],
  },
  'projects show': { ...person, args: ['web'], routes: { 'GET /api/v1/projects/web': json(PROJECT) }, missing: [[]] },
  'projects use': {
    ...person,
    args: ['web'],
    routes: { 'GET /api/v1/projects/web': json(PROJECT), 'GET /api/v1/orgs/current': json(ORGANIZATION) },
    writes: 'config',
    missing: [[]],
    bad: [['']],
  },
  'projects rename': {
    ...person,
    args: ['web', 'website'],
    routes: { 'PATCH /api/v1/projects/web': json(PROJECT) },
    missing: [[], ['web']],
    bad: [['web', '']],
  },
  'projects update': {
    ...person,
    args: ['web', '--response-retention-days', '7', '--prompt-cache-marks', 'off'],
    routes: { 'PATCH /api/v1/projects/web': json(PROJECT) },
    missing: [[], ['web'], ['web', '--response-retention-days']],
    bad: [
      ['web', '--response-retention-days', 'week'],
      ['web', '--prompt-cache-marks', 'maybe'],
      ['web', '--response-cache', '5s'],
    ],
  },
  'projects routing show': {
    ...person,
    args: ['web'],
    routes: { 'GET /api/v1/projects/web/routing': json(PROJECT_ROUTING) },
    missing: [[]],
  },
  'projects routing set': {
    ...person,
    args: ['web', 'weights.price=0.8', 'priorities.openai=0'],
    routes: { 'PATCH /api/v1/projects/web/routing': json(PROJECT_ROUTING) },
    missing: [[], ['web'], ['web', 'weights.price']],
    bad: [
      ['web', 'weights.price=-1'],
      ['web', 'weights.price=cheap'],
      ['web', 'weights.prize=1'],
      ['web', 'sticky.enabled=2'],
    ],
  },
  'projects routing reset': {
    ...person,
    args: ['web'],
    routes: { 'DELETE /api/v1/projects/web/routing': json(PROJECT_ROUTING) },
    missing: [[]],
    bad: [['web', 'weights.prize']],
  },
  'projects routing reset (some)': {
    ...person,
    args: ['web', 'weights', 'retry.max_retries'],
    routes: { 'PATCH /api/v1/projects/web/routing': json(PROJECT_ROUTING) },
    missing: [[]],
    bad: [['web', 'weights.prize']],
  },
  'projects remove': {
    ...person,
    args: ['web', '--yes'],
    routes: { 'DELETE /api/v1/projects/web': json({ id: 'prj_1', name: 'web', removed: true }) },
    asks: { args: ['web'], flag: '--yes' },
    missing: [['--yes']],
  },
  'members list': { ...person, routes: { 'GET /api/v1/members': list(MEMBER) } },
  'members add': {
    ...person,
    args: ['ann@example.com'],
    routes: { 'POST /api/v1/members': json(MEMBER, 201) },
    missing: [[]],
    bad: [['ann'], ['ann@example.com', '--role', 'king']],
  },
  'members update': {
    ...person,
    args: ['usr_ann', '--role', 'admin'],
    routes: { 'PATCH /api/v1/members/usr_ann': json(MEMBER) },
    missing: [['usr_ann'], ['--role', 'admin']],
    bad: [['usr_ann', '--role', 'king']],
  },
  'members remove': {
    ...person,
    args: ['usr_ann', '--yes'],
    routes: {
      'DELETE /api/v1/members/usr_ann': json({
        id: 'usr_ann',
        email: 'ann@example.com',
        removed: true,
        active_keys: 1,
      }),
    },
    asks: { args: ['usr_ann'], flag: '--yes' },
    missing: [['--yes']],
  },
  'providers list': { ...person, args: ['--all'], routes: { 'GET /api/v1/providers': list(PROVIDER) } },
  'providers add': {
    ...person,
    args: ['groq', '--key', '@key', '--setting', 'region=us'],
    files: { key: 'gsk-of-the-provider' },
    routes: {
      'POST /api/v1/provider-keys': (seen, response) => {
        const needsKey = { message: 'Groq needs a key.', type: 'x', param: 'key', code: 'invalid_request' };
        const lacks = seen.fields.provider === 'groq' && seen.fields.key === undefined;
        (lacks ? json({ error: needsKey }, 400) : json(PROVIDER_KEY, 201))(seen, response);
      },
    },
    asks: { args: ['groq'], flag: '--key' },
    missing: [[], { args: ['groq', '--key-env', 'NOT_SET'], code: 'input_required' }],
    bad: [
      ['gr oq', '--key', '@key'],
      ['groq', '--key', 'gsk-in-sight'],
      ['groq', '--key', '@key', '--setting', 'region'],
      ['groq', '--key', '@key', '--setting', 'secret_access_key=in-sight'],
      ['acme', '--key', '@key', '--base-url', 'ftp://acme.example'],
      { args: ['groq', '--key', '@not-there'], code: 'file_error' },
    ],
  },
  'providers update': {
    ...person,
    args: ['groq', '--status', 'disabled'],
    routes: { 'PATCH /api/v1/provider-keys/groq': json({ ...PROVIDER_KEY, status: 'disabled' }) },
    missing: [[], ['groq']],
    bad: [
      ['groq', '--status', 'sleeping'],
      ['groq', '--key', 'gsk-in-sight'],
    ],
  },
  'providers test': {
    ...person,
    args: ['groq'],
    routes: {
      'POST /api/v1/provider-keys/groq/test': json({
        id: 'pvk_1',
        provider: 'groq',
        label: 'default',
        ok: true,
        checked: 'models',
        latency_ms: 12,
        status_code: 200,
        error: null,
      }),
    },
    missing: [[]],
  },
  'providers remove': {
    ...person,
    args: ['groq', '--yes'],
    routes: {
      'DELETE /api/v1/provider-keys/groq': json({ id: 'pvk_1', provider: 'groq', label: 'default', removed: true }),
    },
    asks: { args: ['groq'], flag: '--yes' },
    missing: [['--yes']],
  },
  audit: {
    ...person,
    routes: { 'GET /api/v1/audit-logs': list(AUDIT_ENTRY) },
    missing: [['--limit'], ['--actor']],
    bad: [['--limit', 'all']],
  },
  'audit list': {
    ...person,
    routes: { 'GET /api/v1/audit-logs': list(AUDIT_ENTRY) },
    missing: [['--limit'], ['--actor']],
    bad: [
      ['--limit', 'all'],
      ['--action', ''],
    ],
  },
  env: {
    auth: 'key',
    contact: 'none',
    printsSecret: true,
    bad: [
      ['--format', 'xml'],
      ['--for', 'nobody'],
      ['--key', 'sk-gw-in-argv'],
    ],
  },
  'env write': {
    auth: 'key',
    contact: 'none',
    writes: 'config',
    bad: [
      ['--for', 'nobody'],
      ['--key', 'sk-gw-in-argv'],
    ],
  },
  'env check': {
    auth: 'key',
    contact: 'none',
    files: { '.env': 'OPENAI_API_KEY={key}\nOPENAI_BASE_URL={url}/v1\n' },
    bad: [['--for', 'nobody']],
    except: { 'no credential': { reports: 1, because: 'there is no key to compare with: the check fails' } },
  },
  'env undo': { auth: 'none', contact: 'none', bad: [['a', 'b']] },
  exec: {
    auth: 'key',
    contact: 'none',
    args: ['--', process.execPath, '-e', 'console.log("{}")'],
    missing: [[]],
    bad: [
      { args: ['--', 'no-such-command-anywhere'], code: 'command_not_found' },
      ['--budget-usd', 'lots', '--', 'true'],
    ],
    except: {
      'closed stdout': { silent: true, because: CHILD },
      'full stdout': { silent: true, because: CHILD },
      'Ctrl-C': { either: [ok, { silent: true, exit: 130 }], because: SIGNALS },
      SIGTERM: { either: [ok, { silent: true, exit: 143 }], because: SIGNALS },
    },
  },
  setup: {
    ...key,
    args: ['opencode', '--install', '--no-verify'],
    routes: MODELS,
    writes: 'config',
    trusts: ['formats', 'capabilities'],
    missing: [{ args: ['--install'], code: 'input_required' }, ['--model']],
    bad: [
      ['nobody'],
      ['opencode', '--scope', 'moon'],
      ['opencode', '--install', '--check'],
      ['opencode', '--copy', 'kye'],
      ['opencode', 'codex', '--copy', 'key'],
      ['opencode', '--key', 'sk-gw-in-argv'],
    ],
  },
  launch: {
    ...launched,
    args: ['opencode', '--', 'run'],
    missing: [[], ['opencode', '--model']],
    bad: [
      ['nobody'],
      ['opencode', '--key', 'sk-gw-in-argv'],
      ['opencode', '--budget-usd', 'lots'],
      { args: ['codex'], code: 'command_not_found' },
    ],
    except: LAUNCHED,
  },
  claude: {
    ...launched,
    args: ['-p', 'hello'],
    missing: [['--model']],
    bad: [
      ['--key', 'sk-gw-in-argv'],
      ['--budget-usd', 'lots'],
    ],
    except: {
      ...LAUNCHED,
      'unknown flag': PASSED,
      'unknown flag before --json': PASSED,
      'full disk': { code: 'file_error', exit: 1, because: 'its settings for one run stand in a temporary file' },
    },
  },
  test: {
    ...key,
    routes: {
      ...MODELS,
      'POST /v1/chat/completions': json({
        choices: [{ message: { role: 'assistant', content: 'OK' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 2, cost: 0.0000123 },
      }),
    },
    trusts: ['formats'],
    missing: [['--model']],
    bad: [
      ['--format', 'xml'],
      ['--key', 'sk-gw-in-argv'],
    ],
  },
  'route explain': {
    ...key,
    args: ['--model', 'auto', 'Hi'],
    routes: { 'POST /api/v1/route/explain': json(EXPLANATION) },
    bad: [
      ['--model', ''],
      ['Hi', '--file', 'request.json'],
      ['--format', 'xml'],
      ['--strategy', 'cheap'],
      { args: ['--file', 'nowhere.json'], code: 'file_error' },
    ],
  },
  models: {
    auth: 'none',
    contact: 'server',
    routes: MODELS,
    missing: [['--provider']],
    bad: [['--max-price', 'cheap']],
  },
  'models show': {
    auth: 'none',
    contact: 'server',
    args: [MODEL.id],
    routes: MODELS,
    trusts: ['id'],
    missing: [[]],
    bad: [{ args: ['no/such-model'], code: 'model_not_found' }],
  },
  'models refresh': {
    auth: 'login',
    contact: 'server',
    routes: { 'POST /api/v1/catalog/refresh': json(CATALOG) },
    missing: [['--source']],
    bad: [{ args: ['--source', 'no-such-file.json'], code: 'file_error' }],
  },
  doctor: {
    auth: 'key',
    contact: 'reports',
    routes: {
      ...MODELS,
      'GET /healthz': json({ status: 'ok', version: '0.1.0' }),
      'GET /api/v1/me': json(ME),
      'GET /api/v1/balance': json({ balance_usd: '4.20', currency: 'USD' }),
      'POST /v1/chat/completions': json({
        choices: [{ message: { role: 'assistant', content: 'OK' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 9, completion_tokens: 2, cost: 0.0000123 },
      }),
    },
    bad: [['server']],
    except: {
      'no credential': { reports: 1, because: 'what it finds is its result' },
      'corrupt config': { reports: 1, because: 'what it finds is its result' },
      'unreadable config': { reports: 1, because: 'what it finds is its result' },
      'hostile answer': { reports: 1, because: 'what answers so is no gateway' },
      'hostile answer on a terminal': { reports: 1, because: 'what answers so is no gateway' },
    },
  },
  'config list': { auth: 'none', contact: 'none' },
  'config get': { auth: 'none', contact: 'none', args: ['timeout'], missing: [[]], bad: [['colour'], ['api_key']] },
  'config set': {
    auth: 'none',
    contact: 'none',
    args: ['timeout', '60'],
    writes: 'config',
    missing: [[], ['timeout']],
    bad: [
      ['timeout', 'long'],
      ['api_key', 'sk-gw-in-argv'],
      ['credential_store', 'file', '--scope', 'project'],
    ],
  },
  'config unset': {
    auth: 'none',
    contact: 'none',
    args: ['timeout'],
    files: { '.gateway/config.json': '{"timeout":60}' },
    writes: 'config',
    missing: [[]],
    bad: [['colour']],
    except: { 'HOME unset': { ...ok, because: 'nothing is set in that other HOME' } },
  },
  'config path': { ...offline, bad: [['here']] },
  skill: offline,
  'skill install': {
    ...offline,
    args: ['--agent', 'claude', '--scope', 'project'],
    writes: 'folder',
    missing: [['--agent']],
    bad: [
      ['--agent', 'nobody'],
      ['--scope', 'moon'],
    ],
  },
  'skill uninstall': { ...offline, bad: [['--agent', 'nobody'], ['claude']] },
  api: {
    ...key,
    args: ['/api/v1/me/keys', '-f', 'name=ci'],
    routes: keyRoutes,
    missing: [[], ['/api/v1/me', '--field']],
    bad: [
      ['/api/v1/me', '-X', 'FETCH'],
      ['/api/v1/me', '-f', 'name'],
      ['/api/v1/me', '-f', 'n:=many'],
      ['/api/v1/me', '-H', 'Authorization: Bearer sk-gw-in-argv'],
      ['/api/v1/me', '--paginate', '-X', 'POST'],
      { args: ['https://elsewhere.example/api/v1/me'], code: 'wrong_server' },
    ],
    except: { 'JSON of another kind': { ok: true, because: 'it prints what was answered, whatever it is' } },
  },
  docs: { ...offline, args: ['quickstart'], bad: [['nothing'], ['auth', 'keys']] },
  commands: { ...offline, args: ['keys', 'create'], bad: [['nothing', 'here']] },
  schema: { ...offline, args: ['balance'], missing: [[]], bad: [['nothing', 'here']] },
  'exit-codes': offline,
  completion: { ...offline, args: ['bash'], missing: [[]], bad: [['tcsh']] },
  version: offline,
};
