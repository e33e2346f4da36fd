import { chmod, readFile } from 'node:fs/promises';
import { GatewayError } from '../../shared/errors.ts';
import { makeFolders, removeFolders } from '../files/missing-folders.ts';
import { replaceFile, restoreFile } from '../files/replace.ts';
import { changes, type FilePlan } from './file-plan.ts';

/**
 * Writes what was planned, each file at once. When one cannot be written, those before it are put back: all are as they
 * were, or all are new. A file that another program wrote meanwhile is a `conflict`.
 */
export async function applyPlans(plans: readonly FilePlan[]): Promise<void> {
  const done: FilePlan[] = [];
  try {
    for (const plan of plans.filter(changes)) {
      await refuseChanged(plan);
      done.push(plan);
      await write(plan);
    }
  } catch (error) {
    for (const plan of done.toReversed()) await putBack(plan);
    throw error;
  }
}

async function write({ real, folders, current, after, modeAfter }: FilePlan): Promise<void> {
  if (after === undefined) {
    await restoreFile(real, undefined);
    await removeFolders(folders);
    return;
  }
  await makeFolders(folders);
  if (!current?.equals(after)) await replaceFile(real, after, modeAfter);
  else await chmod(real, modeAfter);
}

async function putBack({ real, folders, current, mode }: FilePlan): Promise<void> {
  if (current) await makeFolders(folders);
  await restoreFile(real, current, mode ?? undefined).catch(() => {});
  if (!current) await removeFolders(folders);
}

async function refuseChanged({ path, real, current }: FilePlan): Promise<void> {
  const now = await readFile(real).catch(() => undefined);
  if (now === undefined ? current === undefined : current?.equals(now)) return;
  throw new GatewayError('conflict', `${path} was written by another program meanwhile.`, {
    hint: 'Nothing was changed. Run this again.',
  });
}
