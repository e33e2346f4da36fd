import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../shared/errors.ts';
import { resolveApiKey } from '../access.ts';
import type { Context } from '../context.ts';
import { runChild } from '../exec/run-child.ts';
import { refuseKeyWithBudget, runWithBudget } from '../exec/run-with-budget.ts';
import { type SignalTap, tapSignals } from '../exec/signals.ts';
import { INTEGRATIONS, integrationOf } from '../integrations/index.ts';
import type { Integration, Wiring } from '../integrations/integration.ts';
import { choiceHint } from '../nearest.ts';
import { type Model, offeredModels } from '../offered-models.ts';
import { programPath } from '../setup/found.ts';
import { surroundings, wiringFor } from '../setup/job.ts';
import type { LaunchFlags } from './command.ts';

type Launchable = Integration & Required<Pick<Integration, 'launch' | 'program'>>;

/** Runs a tool through the gateway, with nothing of its own files touched; its exit code is ours. */
export async function launch(context: Context, name: string, args: string[], flags: LaunchFlags): Promise<void> {
  const tool = launchable(name);
  const { key: flag, budgetUsd, model } = flags;
  // before a key is made for it
  if (!programPath(tool.program.name, surroundings(context))) throw notInstalled(tool);
  if (budgetUsd !== undefined) refuseKeyWithBudget(flag);
  const command = [tool.program.name, ...args] as const;
  const wired = (key: string, offered: readonly Model[]) =>
    wiringFor(context, tool, { key, offered }, { scope: 'user', model });
  if (budgetUsd !== undefined) {
    const wiring = wired('', await offeredModels(context));
    return runWithBudget(context, command, budgetUsd, (key, signals) =>
      start(context, tool, args, { ...wiring, key }, signals),
    );
  }
  const { key } = await resolveApiKey(context, flag);
  const wiring = wired(key, await offeredModels(context, {}, key));
  context.preview({ would: 'run', command, model: wiring.model.id });
  context.exitCode = await start(context, tool, args, wiring, tapSignals(context));
}

function launchable(name: string): Launchable {
  const tool = integrationOf(name);
  if (tool?.launch && tool.program) return tool as Launchable;
  const names = INTEGRATIONS.filter((each) => each.launch && each.program).map((each) => each.name);
  throw new GatewayError(
    'usage',
    tool ? `${tool.title} cannot be run without its own files.` : `gateway knows no agent "${name}".`,
    {
      param: '<agent>',
      hint: tool
        ? `Set it up with \`gateway setup ${tool.name}${tool.files ? ' --install' : ''}\`.`
        : choiceHint(name, names),
    },
  );
}

async function start(
  context: Context,
  tool: Launchable,
  args: readonly string[],
  wiring: Wiring,
  signals: SignalTap,
): Promise<number> {
  let folder: string | undefined;
  try {
    const how = await tool.launch(surroundings(context), {
      ...wiring,
      writeFile: async (file, text) => {
        folder ??= await mkdtemp(join(tmpdir(), 'gateway-launch-'));
        const path = join(folder, file);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(path, text, { mode: 0o600 });
        return path;
      },
    });
    return await runChild(
      {
        command: tool.program.name,
        args: [...(how.args ?? []), ...args],
        cwd: context.cwd,
        env: { ...context.env, ...how.env },
      },
      signals,
    );
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

function notInstalled({ title, program }: Launchable): GatewayError {
  return new GatewayError(
    'command_not_found',
    `${title} is not installed here: there is no command "${program.name}".`,
    {
      hint: `Install it with \`${program.install}\`, then run this again.`,
      next: [{ command: 'gateway setup', when: 'to see which tools are found here' }],
    },
  );
}
