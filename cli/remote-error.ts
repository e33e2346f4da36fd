import { type ErrorCode, errorRow, GatewayError, type NextStep } from '../shared/errors.ts';
import { EXIT } from '../shared/exit-codes.ts';

/** What a server's error answer said. */
export interface RemoteFailure {
  status: number;
  code: string;
  message: string;
  type?: string;
  param?: string | null;
  retryAfterS?: number;
  requestId?: string;
  /** What to do, where this command line knows better than the table. */
  hint?: string;
  next?: readonly NextStep[];
}

/**
 * An error that a server answered with. A code that this version does not know is kept; the exit code follows the status:
 * 4xx is the user's, 5xx the server's.
 */
export class RemoteError extends GatewayError {
  override readonly code: ErrorCode;
  override readonly type: string;
  override readonly exit: number;
  override readonly retryable: boolean;
  /** What the server said, for whoever can tell it better. */
  readonly failure: RemoteFailure;

  constructor(failure: RemoteFailure) {
    const row = errorRow(failure.code);
    const { message, advice } = apart(failure.message, row?.hint);
    const serverFault = failure.status >= 500;
    super(row ? (failure.code as ErrorCode) : serverFault ? 'internal_error' : 'invalid_request', message, {
      status: failure.status,
      param: failure.param ?? undefined,
      retryAfterS: failure.retryAfterS,
      requestId: failure.requestId,
      ...(row
        ? failure.next
          ? { hint: failure.hint, next: failure.next }
          : hintOf(failure, advice)
        : {
            hint: serverFault
              ? 'Retry once. If it stays, send the request id to whoever runs the server.'
              : 'Read the message: this version of gateway does not know the code.',
            next: [],
          }),
    });
    this.failure = failure;
    this.code = failure.code as ErrorCode;
    this.type = failure.type ?? row?.type ?? (serverFault ? 'api_error' : 'invalid_request_error');
    this.exit = serverFault ? EXIT.server : EXIT.user;
    this.retryable = row?.retryable ?? (serverFault || failure.status === 429);
  }
}

/** The table's hint says `param`, which is not part of what the command line prints. */
function hintOf({ code, param, hint }: RemoteFailure, advice: string | undefined): { hint?: string } {
  if (advice) return { hint: advice };
  if ((code === 'invalid_request' || code === 'not_found') && param && param !== 'id')
    return { hint: `Correct ${param}.` };
  return hint ? { hint } : {};
}

/**
 * The server's messages end with its advice, as most clients print nothing else. Here advice has a place of its own: the
 * table's is taken off, and what names a command of ours goes before the table's, so that nothing is told twice.
 */
function apart(text: string, tableHint: string | undefined): { message: string; advice?: string } {
  if (tableHint && text.endsWith(tableHint) && text !== tableHint)
    return { message: text.slice(0, -tableHint.length).trim() };
  const end = /[.!?] (?=[A-Z(`])/.exec(text);
  if (!end) return { message: text };
  const advice = text.slice(end.index + 2);
  return advice.includes('`gateway ') || advice.startsWith('Did you mean ')
    ? { message: text.slice(0, end.index + 1), advice }
    : { message: text };
}

/** Anthropic's error types say what our codes say. */
const CODE_OF_TYPE: Record<string, ErrorCode> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'invalid_api_key',
  billing_error: 'insufficient_balance',
  permission_error: 'permission_denied',
  not_found_error: 'not_found',
  request_too_large: 'request_too_large',
  rate_limit_error: 'rate_limit_exceeded',
  timeout_error: 'timeout',
  api_error: 'internal_error',
  overloaded_error: 'service_unavailable',
};

/** What an error body says. */
export type ErrorBody = Pick<RemoteFailure, 'code' | 'message' | 'type' | 'param'>;

/** Reads an error body: the OpenAI-style envelope, or the Anthropic one. Undefined when it is neither. */
export function parseErrorBody(text: string): ErrorBody | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const error = (body as { error?: unknown } | null)?.error as Record<string, unknown> | undefined;
  if (typeof error !== 'object' || error === null || typeof error.message !== 'string') return undefined;
  const type = typeof error.type === 'string' ? error.type : undefined;
  const code = typeof error.code === 'string' ? error.code : type && (CODE_OF_TYPE[type] ?? type);
  return code
    ? { code, message: error.message, type, param: typeof error.param === 'string' ? error.param : null }
    : undefined;
}

/** Seconds of a `Retry-After` header: a number, or a date. Undefined when it is neither. */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d{1,6}(\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header));
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
