import { rm } from 'node:fs/promises';
import { sha256 } from '../dotenv/backups.ts';
import type { Wiring } from '../integrations/integration.ts';
import { keyIn } from '../integrations/key-command.ts';
import { applyPlans } from './apply.ts';
import type { FilePlan } from './file-plan.ts';
import type { SetupPlan } from './plan.ts';
import {
  backupFile,
  backupsOf,
  dropRecord,
  type FileRecord,
  keepPrivate,
  type Owner,
  type SetupRecord,
  writeRecord,
} from './record.ts';

/**
 * Writes what was planned. The bytes from before and the record come first: whenever the process dies, each file is the
 * old one or the new one, and the record knows both. When a file cannot be written, everything is as it was.
 */
export async function carryOut(plan: SetupPlan, { keyFile, apiUrl, model, scope }: Wiring): Promise<SetupRecord> {
  const { owner, record: earlier } = plan;
  const time = new Date().toISOString();
  const files = await Promise.all(
    plan.files.filter(({ wanted }) => wanted.length > 0).map((file) => keepBefore(file, owner, time)),
  );
  const record: SetupRecord = {
    version: 1,
    tool: owner.tool,
    scope,
    project: scope === 'project' ? owner.cwd : null,
    api_url: apiUrl,
    model: model.id,
    installed_at: time,
    key_file: keyFile,
    files,
  };
  const earlierKey = await keyIn(keyFile);
  try {
    await writeRecord(owner, record);
    if (plan.keyFile !== undefined) await keepPrivate(keyFile, `${plan.keyFile}\n`);
    await applyPlans(plan.files);
  } catch (error) {
    await undo(owner, record, earlier, earlierKey);
    throw error;
  }
  const done = { ...record, files: files.map(settled) };
  // the one that knows both would do as well
  if (earlier) await writeRecord(owner, done).catch(() => {});
  const kept = backupsOf(done);
  for (const backup of earlier ? backupsOf(earlier) : []) if (!kept.includes(backup)) await rm(backup, { force: true });
  return done;
}

/** A record whose file is written. */
function settled(file: FileRecord): FileRecord {
  const done = { ...file };
  delete done.earlier;
  return done;
}

/** Takes a tool back, and forgets it. Of a file that somebody has removed since, what was there before us is kept. */
export async function takeBack({ owner, record, files }: SetupPlan): Promise<void> {
  await applyPlans(files);
  if (!record) return;
  const gone = files.filter(({ current }) => current === undefined).map(({ path }) => path);
  const kept = record.files.filter(({ path }) => gone.includes(path)).flatMap(({ backup }) => backup ?? []);
  await dropRecord(owner, record, kept);
}

async function keepBefore(plan: FilePlan, owner: Owner, time: string): Promise<FileRecord> {
  const { path, format, before, after, modeBefore, wanted, hunks, folders, known } = plan;
  const hash = before ? sha256(before) : null;
  let backup = known && known.sha256_before === hash ? known.backup : null;
  if (before && backup === null) {
    backup = backupFile(owner, path, time);
    await keepPrivate(backup, before);
  }
  return {
    path,
    format,
    mode: modeBefore,
    sha256_before: hash,
    sha256_after: after ? sha256(after) : '',
    backup,
    changes: wanted,
    hunks,
    folders,
    ...(known && { earlier: settled(known) }),
  };
}

/** After a failure: what was known before is known again. Never throws, the failure matters more. */
async function undo(
  owner: Owner,
  record: SetupRecord,
  earlier: SetupRecord | undefined,
  earlierKey: string | undefined,
): Promise<void> {
  try {
    const kept = earlier ? backupsOf(earlier) : [];
    const made = {
      ...record,
      files: record.files.filter(({ backup }) => !backup || !kept.includes(backup)).map(settled),
    };
    await dropRecord(owner, made);
    if (earlier) await writeRecord(owner, earlier);
    if (earlierKey !== undefined) await keepPrivate(record.key_file, `${earlierKey}\n`);
  } catch {}
}
