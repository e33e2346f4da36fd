import { GatewayError } from '../../shared/errors.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { Context } from '../context.ts';
import type { Check } from '../doctor/check.ts';
import { INTEGRATIONS } from '../integrations/index.ts';
import type { Integration, Surroundings } from '../integrations/integration.ts';
import { carryOut, takeBack } from './carry-out.ts';
import { checkTool } from './check.ts';
import { chooseTools } from './choose-tools.ts';
import { copyValue, refuseUnknownValue } from './copy.ts';
import { diffOf } from './diff.ts';
import { changes } from './file-plan.ts';
import { isFound } from './found.ts';
import { ownerOf, type Supplies, supplies, surroundings, type Wishes, wiringFor } from './job.ts';
import { locked } from './lock.ts';
import { planRemoval, planSetup, type SetupPlan } from './plan.ts';
import { readRecord } from './record.ts';
import type { SetupResult } from './result.ts';

/** What the command line asks for. */
export interface SetupFlags extends Wishes {
  action: 'preview' | 'install' | 'uninstall' | 'check' | 'copy';
  /** What `--copy` names. */
  copy?: string;
  all?: boolean;
  diff?: boolean;
  verify: boolean;
  request: boolean;
}

/** Lists, previews, installs, checks or takes back, and prints what became of each tool. */
export async function setup(context: Context, names: readonly string[], flags: SetupFlags): Promise<void> {
  const at = surroundings(context);
  const tools = await chooseTools(context, names, flags, at);
  const results = tools ? await perform(context, tools, flags, at) : await list(context, flags, at);
  if (results.some(({ checks }) => checks.some(({ status }) => status === 'fail'))) context.exitCode = EXIT.user;
  const { setupText } = await import('./text.ts');
  const shown = context.globals.dryRun && flags.action !== 'check' ? { dry_run: true, results } : { results };
  await context.show(shown, (safe, paint, width) => setupText(safe.results, flags, tools === undefined, paint, width));
}

async function perform(
  context: Context,
  tools: readonly Integration[],
  flags: SetupFlags,
  at: Surroundings,
): Promise<SetupResult[]> {
  const { action } = flags;
  if (action === 'check') return each(tools, async (tool) => resultOf(tool, at, { checks: await check(tool) }));
  if (action === 'uninstall') return locked(context, () => each(tools, (tool) => remove(context, tool, flags, at)));
  if (action === 'copy') return [await copy(context, tools, flags, at)];
  const given = await supplies(context, flags.key);
  const work = () => each(tools, (tool) => write(context, tool, flags, at, given));
  return action === 'install' && !context.globals.dryRun ? locked(context, work) : work();

  function check(tool: Integration): Promise<Check[]> {
    return checkTool(context, tool, at, { scope: flags.scope, request: flags.request && !context.globals.dryRun });
  }
}

/** One tool's value: a second one would take its place in the clipboard. */
async function copy(
  context: Context,
  tools: readonly Integration[],
  flags: SetupFlags,
  at: Surroundings,
): Promise<SetupResult> {
  const [tool, other] = tools;
  const what = flags.copy!;
  if (!tool || other)
    throw new GatewayError('usage', '--copy takes one tool: the clipboard holds one value.', { param: '<tool>' });
  refuseUnknownValue(tool, what);
  const wiring = wiringFor(context, tool, await supplies(context, flags.key), flags);
  const told = { model: wiring.model.id, limits: [] };
  if (context.globals.dryRun) return resultOf(tool, at, { ...told, reason: 'a dry run copies nothing' });
  await copyValue(tool, what, wiring, at);
  return resultOf(tool, at, { ...told, status: 'copied', reason: what });
}

/** One after the other: tools share files and folders. With `--all`, one that cannot be set up does not stop the others. */
async function each(
  tools: readonly Integration[],
  work: (tool: Integration) => Promise<SetupResult>,
): Promise<SetupResult[]> {
  const results: SetupResult[] = [];
  for (const tool of tools) results.push(await work(tool));
  return results;
}

async function write(
  context: Context,
  tool: Integration,
  flags: SetupFlags,
  at: Surroundings,
  given: Supplies,
): Promise<SetupResult> {
  const owner = ownerOf(context, tool, flags.scope);
  const wiring = wiringFor(context, tool, given, flags);
  const steps = { model: wiring.model.id, manual_steps: [...(tool.manual?.(at, wiring) ?? [])] };
  if (!tool.files) return resultOf(tool, at, { ...steps, status: 'manual' });
  const plan = await refusal(flags, () => planSetup(tool, at, wiring, owner));
  if ('reason' in plan) return resultOf(tool, at, { ...steps, ...plan });
  const files = filesOf(plan, flags, given.key);
  if (flags.action === 'preview' || context.globals.dryRun)
    return resultOf(tool, at, { ...steps, files, status: plan.changes ? 'preview' : 'unchanged' });
  if (plan.changes) {
    const record = await context.signals.hold(carryOut(plan, wiring));
    for (const file of files) file.backup = record.files.find(({ path }) => path === file.path)?.backup ?? null;
  }
  const request = flags.request;
  const checks =
    flags.verify && tool.effective ? await checkTool(context, tool, at, { scope: flags.scope, request }) : [];
  const verified = checks.length > 0 && request && checks.every(({ status }) => status === 'pass');
  return resultOf(tool, at, { ...steps, files, checks, verified, status: plan.changes ? 'installed' : 'unchanged' });
}

async function remove(context: Context, tool: Integration, flags: SetupFlags, at: Surroundings): Promise<SetupResult> {
  const owner = ownerOf(context, tool, flags.scope);
  const plan = await refusal(flags, () => planRemoval(owner, flags.force));
  if (!plan) return resultOf(tool, at, { reason: 'nothing of ours is installed there' });
  if ('reason' in plan) return resultOf(tool, at, plan);
  const files = filesOf(plan, flags, '');
  if (context.globals.dryRun) return resultOf(tool, at, { files, status: 'preview' });
  await context.signals.hold(takeBack(plan));
  return resultOf(tool, at, { files, limits: [], status: 'removed' });
}

/** What is thrown for a tool that was named is a reason to skip it where all are meant. */
async function refusal<T>(flags: SetupFlags, plan: () => Promise<T>): Promise<T | { reason: string }> {
  try {
    return await plan();
  } catch (error) {
    if (flags.all && error instanceof GatewayError) return { reason: error.message };
    throw error;
  }
}

function filesOf(
  { files, record }: SetupPlan,
  { diff = false, action }: SetupFlags,
  key: string,
): SetupResult['files'] {
  return files
    .filter((file) => action !== 'uninstall' || changes(file))
    .map((file) => ({
      path: file.path,
      backup: record?.files.find(({ path }) => path === file.path)?.backup ?? null,
      diff: diff || action === 'preview' ? diffOf(file, key) : null,
    }));
}

function resultOf(tool: Integration, at: Surroundings, told: Partial<SetupResult>): SetupResult {
  return {
    tool: tool.name,
    title: tool.title,
    found: isFound(tool, at),
    status: 'skipped',
    reason: null,
    model: null,
    files: [],
    manual_steps: [],
    limits: [...(tool.limits ?? [])],
    verified: told.checks?.length ? told.checks.every(({ status }) => status === 'pass') : false,
    checks: [],
    ...told,
  };
}

/** Every tool, and how it stands here. */
async function list(context: Context, { scope }: SetupFlags, at: Surroundings): Promise<SetupResult[]> {
  return Promise.all(
    INTEGRATIONS.map(async (tool) => {
      const record = await readRecord(ownerOf(context, tool, scope));
      const files = record?.files.map(({ path, backup }) => ({ path, backup, diff: null })) ?? [];
      if (record) return resultOf(tool, at, { status: 'installed', model: record.model, files });
      if (!tool.files) return resultOf(tool, at, { status: 'manual' });
      return resultOf(tool, at, { reason: isFound(tool, at) ? 'found here, not set up' : 'not found here' });
    }),
  );
}
