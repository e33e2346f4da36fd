import { GatewayError } from '../../shared/errors.ts';
import { gitState } from '../dotenv/git.ts';
import type { FileWiring, Integration, Scope, Surroundings, Wiring } from '../integrations/integration.ts';
import { keyIn } from '../integrations/key-command.ts';
import { changes, type FilePlan, planTakeBack, planWrite } from './file-plan.ts';
import { installedTools, type Owner, readRecord, type SetupRecord } from './record.ts';

/** What setting a tool up would do. */
export interface SetupPlan {
  owner: Owner;
  /** Undefined: this tool has not been set up by us, or was taken back. */
  record: SetupRecord | undefined;
  files: readonly FilePlan[];
  /** The key that the tool's own key file is to hold; undefined: the tool needs none. */
  keyFile: string | undefined;
  /** True when anything would change. */
  changes: boolean;
}

/** Plans the wiring of one tool: every file is read, edited in memory and judged. Refuses before anything is changed. */
export async function planSetup(
  integration: Integration,
  at: Surroundings,
  wiring: Wiring,
  owner: Owner,
): Promise<SetupPlan> {
  const record = await readRecord(owner);
  const wanted = (await integration.files?.(at, wiring)) ?? [];
  refuseShared(wanted, owner);
  const written = await Promise.all(
    wanted.map((file) =>
      planWrite(
        file,
        record?.files.find(({ path }) => path === file.path),
      ),
    ),
  );
  const secret = written.filter((_, index) => wanted[index]!.secret);
  await Promise.all(secret.map((file) => refusePublic(file, at, owner.scope)));
  // what an earlier version wrote elsewhere
  const left = record?.files.filter(({ path }) => !wanted.some((file) => file.path === path)) ?? [];
  const files = [...written, ...(await Promise.all(left.map((file) => planTakeBack(file, true))))];
  const keyFile = JSON.stringify(wanted).includes(JSON.stringify(wiring.keyFile).slice(1, -1)) ? wiring.key : undefined;
  const keyIsThere = keyFile === undefined || (await keyIn(wiring.keyFile)) === keyFile;
  return { owner, record, files, keyFile, changes: files.some(changes) || !keyIsThere };
}

/** Plans the way back: exactly what was written goes. */
export async function planRemoval(owner: Owner, force: boolean): Promise<SetupPlan | undefined> {
  const record = await readRecord(owner);
  if (!record) return undefined;
  const files = await Promise.all(record.files.map((file) => planTakeBack(file, force)));
  return { owner, record, files, keyFile: undefined, changes: true };
}

/** Of two that wrote to one file, the first could no longer be taken back: in HOME a project's file may be the person's. */
function refuseShared(wanted: readonly FileWiring[], owner: Owner): void {
  const project = owner.scope === 'project' ? owner.cwd : null;
  const other = installedTools(owner.configDir)
    .filter((each) => each.tool !== owner.tool || each.project !== project)
    .find(({ files }) => files.some(({ path }) => wanted.some((file) => file.path === path)));
  if (!other) return;
  const scope = other.scope === 'project' ? ' --scope project' : '';
  throw new GatewayError('conflict', `${wanted[0]!.path} is set up already, for ${other.tool}${scope}.`, {
    hint: `Nothing was changed. Take that back first: \`gateway setup ${other.tool} --uninstall${scope}\`.`,
  });
}

/** A key in a file that git tracks, or would take with the next `git add`, is a key in a repository. */
async function refusePublic({ path, real }: FilePlan, { env }: Surroundings, scope: Scope): Promise<void> {
  const git = await gitState(real, env);
  if (!git.inside || git.ignored) return;
  throw new GatewayError('unsafe_write', `git would commit ${path}, and this tool needs the key in it.`, {
    hint: `Nothing was changed. Have git ignore the file${scope === 'user' ? '' : ', or set the tool up for you alone: `--scope user`'}.`,
  });
}
