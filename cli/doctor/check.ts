import { GatewayError } from '../../shared/errors.ts';

/** One thing that was looked at. `fix` is the command to run next, or what to do; null when all is well. */
export interface Check {
  name: string;
  status: 'pass' | 'warn' | 'fail';
  message: string;
  fix: string | null;
}

export const pass = (name: string, message: string): Check => ({ name, status: 'pass', message, fix: null });
export const warn = (name: string, message: string, fix: string | null): Check => ({
  name,
  status: 'warn',
  message,
  fix,
});
export const fail = (name: string, message: string, fix: string): Check => ({ name, status: 'fail', message, fix });

/** What could not be looked at because something before it is wrong: only that one counts as failed. */
export const notChecked = (name: string, because: string): Check => warn(name, `Not checked: ${because}.`, null);

/** A failure as a failed check: its next command, else its hint, says what to do. What is no `GatewayError` is thrown on. */
export function failed(name: string, error: unknown, fix?: string): Check {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === 'interrupted' || error.code === 'terminated') throw error;
  const next = error.next.find(({ command }) => !command.startsWith('gateway doctor'));
  return fail(name, error.message, fix ?? next?.command ?? error.hint);
}
