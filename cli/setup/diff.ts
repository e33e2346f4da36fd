import { createTwoFilesPatch } from 'diff';
import { masked } from '../dotenv/variables.ts';
import type { FilePlan } from './file-plan.ts';

/** Keys of other services that stand near our lines. */
const FOREIGN_KEY = /\b((?:sk|pk|rk|ghp|gho|xox[abp]|AIza|hf|gsk|xai)[-_A-Za-z0-9]{4})[-_A-Za-z0-9]{12,}/g;

/** What a plan changes in a file, in the lines of `diff -u`; none when nothing. Keys are masked. */
export function diffOf({ path, current, after }: FilePlan, key: string): string[] {
  const before = current?.toString('utf8') ?? '';
  const behind = after?.toString('utf8') ?? '';
  if (before === behind) return [];
  const patch = createTwoFilesPatch(
    current ? path : '/dev/null',
    after ? path : '/dev/null',
    before,
    behind,
    undefined,
    undefined,
    { context: 3 },
  );
  const shown = (key === '' ? patch : patch.replaceAll(key, masked('KEY', key))).replaceAll(FOREIGN_KEY, '$1…');
  // the library's own head comes first
  const lines = shown.trimEnd().split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('--- ')));
}
