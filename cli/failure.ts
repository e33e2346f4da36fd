import { errorRow, type GatewayError, type NextStep } from '../shared/errors.ts';
import { wrapLines } from './line-breaks.ts';
import { jsonText, visible, visibleLines } from './output.ts';
import type { Paint } from './paint.ts';
import { RemoteError } from './remote-error.ts';

/** The failure line of JSON mode, without its envelope. */
export interface Failure {
  code: string;
  message: string;
  type: string;
  http_status: number | null;
  exit_code: number;
  retryable: boolean;
  retry_after_s: number | null;
  request_id: string | null;
  hint: string;
  next: readonly NextStep[];
}

/** The facts of an error, as JSON mode tells them, with the steps that fit this command line. The server's messages end with the hint; it is told once. */
export function failureOf(error: GatewayError, next: readonly NextStep[] = error.next): Failure {
  const message =
    error.hint && error.message.endsWith(error.hint)
      ? error.message.slice(0, -error.hint.length).trim()
      : error.message;
  return {
    code: error.code,
    message,
    type: error.type,
    // a row's status is what a server would answer; here it only counts when one did
    http_status: error instanceof RemoteError || error.status !== errorRow(error.code)?.status ? error.status : null,
    exit_code: error.exit,
    retryable: error.retryable,
    retry_after_s: error.retryAfterS,
    request_id: error.requestId,
    hint: error.hint,
    next,
  };
}

/** One compact line and its end. */
export function failureLine(failure: Failure): string {
  return `${jsonText({ error: failure })}\n`;
}

/** The same facts for people: what happened, what to do, and the next command. */
export function failureText(failure: Failure, paint: Paint, width?: number): string {
  // whoever pressed Ctrl-C knows why it ended, and needs no help
  if (failure.code === 'interrupted') return `${visibleLines(failure.message)}\n`;
  const lines = [wrapLines(`error: ${visibleLines(failure.message)}`, width).replace('error:', paint.red('error:'))];
  const details = [
    failure.retry_after_s === null ? '' : `try again in ${failure.retry_after_s} s`,
    failure.request_id ? `request ${visible(failure.request_id)}` : '',
  ].filter(Boolean);
  if (failure.hint && !isHelp(failure)) lines.push(wrapLines(visibleLines(failure.hint), width));
  if (details.length > 0) lines.push(paint.dim(`(${details.join(', ')})`));
  // a hint that names the steps has told them; one that names some of them must not leave the lesser ones alone
  const isTold = failure.next.every(({ command }) => failure.hint.includes(command));
  for (const { command, when } of isTold ? [] : failure.next)
    lines.push(`  ${paint.cyan(visible(command))}  ${paint.dim(visible(when))}`);
  return `${lines.join('\n')}\n`;
}

/** The general hint says `--help`, and so does the step below it. */
function isHelp({ hint, next }: Failure): boolean {
  return hint === errorRow('usage')?.hint && next.some(({ command }) => command.endsWith(' --help'));
}
