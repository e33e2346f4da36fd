import type { ErrorRequestHandler } from 'express';
import { GatewayError } from '../../shared/errors.ts';
import type { Console } from './console.ts';
import { html } from './html.ts';
import { problem, withCommands } from './page.ts';

/** A failure of one of our pages as a page: what happened, and what to do. */
export function showFailure({ services, browsers, show }: Console): ErrorRequestHandler {
  return async (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asGatewayError(thrown);
    if (error.code === 'internal_error') {
      services.log.error({ error: (thrown as Error)?.message, stack: (thrown as Error)?.stack }, 'a page failed');
    }
    if (error.retryAfterS !== null) response.set('retry-after', String(error.retryAfterS));
    const view = await browsers.view(request, response).catch(() => ({ base: '', formToken: '', person: undefined }));
    const wait = error.retryAfterS !== null && html`<p class="quiet">Try again in ${inWords(error.retryAfterS)}.</p>`;
    const advice = error.code === 'rate_limit_exceeded' ? wait : html`<p class="quiet">${withCommands(error.hint)}</p>`;
    show(
      response,
      view,
      TITLES[error.code] ?? 'That did not work',
      html`${problem(error.message)}${advice}`,
      error.status ?? 500,
    );
  };
}

const TITLES: Record<string, string> = {
  rate_limit_exceeded: 'Please wait a moment',
  permission_denied: 'Not allowed',
  not_found: 'Nothing here',
};

/** Express' own refusals of a body (too large, broken) carry a status; everything else unknown is ours. */
function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const status = (thrown as { status?: number } | undefined)?.status;
  if (status === 413) return new GatewayError('request_too_large', 'That form is too large.');
  if (status && status >= 400 && status < 500) {
    return new GatewayError('invalid_request', 'That form could not be read.', { hint: 'Go back and send it again.' });
  }
  return new GatewayError('internal_error', 'Something went wrong on this server.', {
    cause: thrown,
    hint: 'Try again. If it stays, ask whoever runs this server to look at its log.',
  });
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
