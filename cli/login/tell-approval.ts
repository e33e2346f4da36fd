import type { Context } from '../context.ts';
import { jsonText, pickFields, visible } from '../output.ts';
import { colorLevel, paintFor } from '../paint.ts';
import type { approvalFacts } from './device.ts';

/**
 * Tells what to approve: a JSON line on stdout in JSON mode, else lines and a spinner on stderr.
 * @returns stops the spinner.
 */
export async function tellApproval(context: Context, facts: ReturnType<typeof approvalFacts>): Promise<() => void> {
  const { stderr } = context.streams;
  if (context.json) {
    const { fields } = context.globals;
    const line = { event: 'authorization_required', ...facts };
    await context.write(`${jsonText(fields ? pickFields(line, fields) : line)}\n`);
    return () => {};
  }
  const paint = await paintFor(context, stderr);
  const url = visible(facts.verification_uri_complete ?? facts.verification_uri);
  stderr.write(`Visit:              ${paint.cyan(url)}\nand check the code: ${paint.bold(visible(facts.user_code))}\n`);
  if (!stderr.isTTY || context.globals.quiet || context.env.TERM === 'dumb') {
    context.note('Waiting for the approval …');
    return () => {};
  }
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'Waiting for the approval',
    stream: stderr,
    color: colorLevel(context, stderr) > 0 ? 'cyan' : false,
    discardStdin: false,
  }).start();
  return () => spinner.stop();
}
