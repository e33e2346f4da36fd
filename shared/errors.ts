import { EXIT } from './exit-codes.ts';

/** A command to run next, and when it is the right one. */
export interface NextStep {
  command: string;
  when: string;
}

interface ErrorRow {
  /** HTTP status, or null for a failure that never reached HTTP. */
  status: number | null;
  /** The OpenAI-format `error.type`. */
  type: string;
  exit: number;
  retryable: boolean;
  hint: string;
  /** At least one command that makes sense now. `HELP` stands for the help of the command that failed. */
  next: readonly [NextStep, ...NextStep[]];
}

/** The command line tells the help of the command that failed instead. */
export const HELP: NextStep = { command: 'gateway --help', when: 'to see the commands and what they take' };
const DOCTOR: NextStep = { command: 'gateway doctor', when: 'to find out what is wrong' };
const WHOAMI: NextStep = { command: 'gateway whoami', when: 'to see who you are here, and by which credential' };
const MODELS: NextStep = { command: 'gateway models', when: 'to see the models offered' };
const BALANCE: NextStep = { command: 'gateway balance', when: 'to see the credit left' };
const SERVE: NextStep = { command: 'gateway serve', when: 'to start the server once that is corrected' };
const LIST_KEYS: NextStep = { command: 'gateway keys list', when: 'to see which keys are active' };
const LOGIN: NextStep = { command: 'gateway login', when: 'to sign in' };
const TOPUP: NextStep = {
  command: 'gateway topup --amount 5',
  when: 'to get a page where the account owner adds credit',
};

/** Every failure a caller can meet: HTTP status, exit code and next step on one row. */
const CATALOG = {
  // the request is wrong
  usage: {
    status: null,
    type: 'usage_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Run the command with --help to see its flags.',
    next: [HELP],
  },
  input_required: {
    status: null,
    type: 'usage_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Give the missing answer as a flag: no prompt can be shown here.',
    next: [HELP],
  },
  confirmation_required: {
    status: null,
    type: 'usage_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Add --yes to confirm.',
    next: [HELP],
  },
  unsafe_write: {
    status: null,
    type: 'file_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Nothing was written. Choose another file, or add --force if you mean it.',
    next: [HELP],
  },
  file_error: {
    status: null,
    type: 'file_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Check that the path exists and that you may read and write it.',
    next: [DOCTOR],
  },
  locked: {
    status: null,
    type: 'file_error',
    exit: EXIT.user,
    retryable: true,
    hint: 'Try again when the other command has ended, or wait longer with --timeout.',
    next: [DOCTOR],
  },
  credentials_corrupt: {
    status: null,
    type: 'file_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Repair the file, or run `gateway logout --all` and sign in again.',
    next: [{ command: 'gateway logout --all', when: 'to move the damaged file aside and start afresh' }],
  },
  config_invalid: {
    status: null,
    type: 'config_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Correct the values named above, then start again.',
    next: [SERVE],
  },
  port_in_use: {
    status: null,
    type: 'config_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Choose another port with --port, or --port 0 for a free one.',
    next: [{ command: 'gateway serve --port 0', when: 'to take a free port' }],
  },
  data_dir_in_use: {
    status: null,
    type: 'config_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Another gateway uses this data folder. Stop it, or set GATEWAY_DATA_DIR to another folder.',
    next: [{ command: 'gateway doctor', when: 'to see whether the server that runs answers' }],
  },
  database_unreachable: {
    status: null,
    type: 'config_error',
    exit: EXIT.user,
    retryable: true,
    hint: 'Check DATABASE_URL, and that the database server is running and accepts these credentials.',
    next: [SERVE],
  },
  database_newer: {
    status: null,
    type: 'config_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'This database was made by a newer gateway. Run that version, or use another database. Nothing was changed.',
    next: [{ command: 'gateway version', when: 'to see which version this is' }],
  },
  context_length_exceeded: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Shorten the prompt, or choose a model with a larger context window.',
    next: [MODELS],
  },
  invalid_json: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Send a body that is valid JSON.',
    next: [HELP],
  },
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Correct the parameter named in `param`.',
    next: [HELP],
  },
  unsupported_parameter_combination: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Leave out one of the two parameters.',
    next: [HELP],
  },
  catalog_refused: {
    status: 422,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'The list in use stays. Name a list of the shape of https://models.dev/api.json with --source.',
    next: [{ command: 'gateway models refresh --source <url|file>', when: 'to take another list' }],
  },
  catalog_unreachable: {
    status: 502,
    type: 'api_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'The list in use stays. Try again later, or name a file with --source.',
    next: [{ command: 'gateway models refresh --source <url|file>', when: 'to take another list' }],
  },
  unsupported_service_tier: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Leave service_tier out, or name a model that has it.',
    next: [MODELS],
  },
  model_not_supported: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Call the endpoint that the message names, or another model.',
    next: [MODELS],
  },
  previous_response_not_found: {
    status: 400,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Send the whole conversation in `input`.',
    next: [MODELS],
  },
  payload_type: {
    status: 415,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Send `content-type: application/json`.',
    next: [HELP],
  },
  request_too_large: {
    status: 413,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Send a smaller body.',
    next: [HELP],
  },
  // who is asking
  not_logged_in: {
    status: 401,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Run `gateway login`, or set GATEWAY_API_KEY.',
    next: [LOGIN],
  },
  clipboard_unavailable: {
    status: null,
    type: 'usage_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Nothing was copied. `gateway env` prints the key and the address.',
    next: [{ command: 'gateway env', when: 'to print the key and the address instead' }],
  },
  keychain_unavailable: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: true,
    hint: 'Unlock the keychain and try again; or sign in with GATEWAY_CREDENTIAL_STORE=file, which keeps secrets in a file.',
    next: [{ command: 'GATEWAY_CREDENTIAL_STORE=file gateway login', when: 'to sign in without the keychain' }],
  },
  no_api_key: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Make a key with `gateway keys ensure --name <name> --write-env .env`, or set GATEWAY_API_KEY.',
    next: [
      {
        command: 'gateway keys ensure --name myapp --write-env .env',
        when: 'to have a key of this name, with its secret in that file and kept for the other commands',
      },
    ],
  },
  invalid_api_key: {
    status: 401,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Run `gateway keys list` to see which keys are active.',
    next: [LIST_KEYS],
  },
  invalid_token: {
    status: 401,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Run `gateway login` again.',
    next: [LOGIN],
  },
  permission_denied: {
    status: 403,
    type: 'permission_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Ask the account owner for a key or a role that allows this.',
    next: [WHOAMI],
  },
  wrong_server: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Sign in to this server with `gateway login --api-url <url>`.',
    next: [LOGIN],
  },
  // money
  insufficient_balance: {
    status: 402,
    type: 'insufficient_quota',
    exit: EXIT.user,
    retryable: false,
    hint: 'Ask the account owner to run `gateway topup --amount 5`.',
    next: [TOPUP],
  },
  key_limit_reached: {
    status: 402,
    type: 'insufficient_quota',
    exit: EXIT.user,
    retryable: false,
    hint: 'Raise the limit with `gateway keys update <id> --limit-usd <amount>`, or use another key.',
    next: [LIST_KEYS],
  },
  // what is asked for
  not_found: {
    status: 404,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Check the path or the id.',
    next: [HELP],
  },
  model_not_found: {
    status: 404,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Run `gateway models` to see the models offered.',
    next: [MODELS],
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Use the method that the reference names for this path.',
    next: [HELP],
  },
  conflict: {
    status: 409,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Look at the current state, then try again.',
    next: [HELP],
  },
  gone: {
    status: 410,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Start again: this one has expired.',
    next: [HELP],
  },
  upgrade_required: {
    status: 426,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: false,
    hint: 'Use plain HTTP: POST with server-sent events.',
    next: [HELP],
  },
  rate_limit_exceeded: {
    status: 429,
    type: 'rate_limit_error',
    exit: EXIT.user,
    retryable: true,
    hint: 'Wait for `retry-after` seconds, then try again.',
    next: [{ command: 'gateway usage', when: 'to see what was asked so far' }],
  },
  request_cancelled: {
    status: 499,
    type: 'invalid_request_error',
    exit: EXIT.user,
    retryable: true,
    hint: 'The caller went away before the answer was complete.',
    next: [{ command: 'gateway logs list', when: 'to see what became of it' }],
  },
  // a provider or this server failed
  internal_error: {
    status: 500,
    type: 'api_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'Retry once. If it stays, send the request id to whoever runs the server.',
    next: [DOCTOR],
  },
  provider_error: {
    status: 502,
    type: 'api_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'Retry, or name another model.',
    next: [MODELS],
  },
  provider_credentials: {
    status: 502,
    type: 'api_error',
    exit: EXIT.server,
    retryable: false,
    hint: 'Whoever runs the server must correct the provider key.',
    next: [{ command: 'gateway models', when: 'to choose a model of another provider' }],
  },
  provider_unavailable: {
    status: 503,
    type: 'service_unavailable',
    exit: EXIT.server,
    retryable: true,
    hint: 'Retry, or name another model.',
    next: [MODELS],
  },
  service_unavailable: {
    status: 503,
    type: 'service_unavailable',
    exit: EXIT.server,
    retryable: true,
    hint: 'Retry shortly.',
    next: [DOCTOR],
  },
  timeout: {
    status: 504,
    type: 'timeout_error',
    exit: EXIT.network,
    retryable: true,
    hint: 'Retry, or allow more time.',
    next: [DOCTOR],
  },
  // the command line's own
  network_error: {
    status: null,
    type: 'network_error',
    exit: EXIT.network,
    retryable: true,
    hint: 'Check that the server is running and that GATEWAY_API_URL is right.',
    next: [DOCTOR, { command: 'gateway serve', when: 'to start a server here' }],
  },
  install_failed: {
    status: null,
    type: 'network_error',
    exit: EXIT.network,
    retryable: true,
    hint: 'Check that npm reaches its registry (`npm ping`), then run the command again.',
    next: [{ command: 'npm ping', when: 'to see whether npm reaches its registry' }],
  },
  bad_response: {
    status: null,
    type: 'api_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'What answered is not a gateway. Check GATEWAY_API_URL.',
    next: [DOCTOR],
  },
  login_denied: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.server,
    retryable: false,
    hint: 'The request was denied in the browser. Run `gateway login` to ask again.',
    next: [LOGIN],
  },
  login_expired: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'The code expired before it was approved. Run `gateway login` again.',
    next: [LOGIN],
  },
  login_pending: {
    status: null,
    type: 'authentication_error',
    exit: EXIT.pending,
    retryable: true,
    hint: 'Not approved yet. Approve it in the browser, then run `gateway login --complete` again.',
    next: [{ command: 'gateway login --complete', when: 'after the person approved' }],
  },
  topup_pending: {
    status: null,
    type: 'payment_error',
    exit: EXIT.pending,
    retryable: true,
    hint: 'Not paid yet. A person must pay on the page, then run `gateway topup status <id>`.',
    next: [BALANCE],
  },
  command_not_found: {
    status: null,
    type: 'usage_error',
    exit: EXIT.notFound,
    retryable: false,
    hint: 'Install the command, or correct its name.',
    next: [HELP],
  },
  command_not_executable: {
    status: null,
    type: 'usage_error',
    exit: EXIT.notExecutable,
    retryable: false,
    hint: 'Make the file executable, or name another command.',
    next: [HELP],
  },
  interrupted: {
    status: null,
    type: 'interrupted',
    exit: EXIT.sigint,
    retryable: true,
    hint: 'Run the command again.',
    next: [HELP],
  },
  terminated: {
    status: null,
    type: 'interrupted',
    exit: EXIT.sigterm,
    retryable: true,
    hint: 'Run the command again.',
    next: [HELP],
  },
  internal_crash: {
    status: null,
    type: 'internal_error',
    exit: EXIT.server,
    retryable: true,
    hint: 'This is a fault of gateway. Run it again with --debug and report what it prints.',
    next: [DOCTOR],
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof CATALOG;

/** Every code that there is. */
export const ERROR_CODES = Object.keys(CATALOG) as ErrorCode[];

/** The row of an error code. Unknown codes (a newer server's) give undefined. */
export function errorRow(code: string): ErrorRow | undefined {
  return Object.hasOwn(CATALOG, code) ? CATALOG[code as ErrorCode] : undefined;
}

export interface ErrorDetails {
  /** The body parameter or flag that is wrong, as a path: `messages`, `--limit-usd`. */
  param?: string;
  /** Seconds to wait before trying again. */
  retryAfterS?: number;
  /** Overrides the row's HTTP status: what the server answered. */
  status?: number;
  /** Overrides the row's hint. */
  hint?: string;
  /** Overrides the row's next steps. */
  next?: readonly NextStep[];
  requestId?: string;
  /** For the HTTP answer besides those that every error has: names and values in turn. */
  headers?: readonly string[];
  cause?: unknown;
}

const BRAND = Symbol.for('gateway.error');

/**
 * The one error type. Its code picks the row; the message says what happened; doors turn it into bytes. Known by a brand,
 * as the command line and the server are two builds with a class each.
 */
export class GatewayError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass is known the usual way.
    // biome-ignore lint/complexity/noThisInStatic: which class is asked about is the point
    if (this !== GatewayError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly retryAfterS: number | null;
  readonly status: number | null;
  readonly type: string;
  readonly exit: number;
  readonly retryable: boolean;
  readonly hint: string;
  readonly next: readonly NextStep[];
  readonly requestId: string | null;
  readonly headers: readonly string[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const row: ErrorRow = CATALOG[code];
    this.code = code;
    this.param = details.param ?? null;
    this.retryAfterS = details.retryAfterS ?? null;
    this.status = details.status ?? row.status;
    this.type = row.type;
    this.exit = row.exit;
    this.retryable = row.retryable;
    this.hint = details.hint ?? row.hint;
    this.next = details.next ?? row.next ?? [];
    this.requestId = details.requestId ?? null;
    this.headers = details.headers ?? [];
  }
}

/** The OpenAI-style envelope of the management API and the OpenAI-format paths. */
export interface ErrorEnvelope {
  error: { message: string; type: string; param: string | null; code: string };
}

/** A failure as its HTTP envelope. The message carries the hint, as most clients print nothing else. */
export function errorEnvelope(error: GatewayError): ErrorEnvelope {
  return {
    error: { message: `${error.message} ${error.hint}`.trim(), type: error.type, param: error.param, code: error.code },
  };
}
