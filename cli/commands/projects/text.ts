import type { Project } from '../../../shared/contracts/projects.ts';
import type { Paint } from '../../paint.ts';
import { factLines } from '../../table.ts';
import { inWords } from '../../when.ts';

/** One project for people. */
export function projectText(project: Project, paint: Paint, width?: number): string {
  return factLines(
    paint,
    [
      ['id', project.id],
      ['name', project.name],
      ['default', project.default ? 'yes: keys that name no project are made here' : 'no'],
      ['keys', String(project.active_keys)],
      ['conversations', retentionText(project.response_retention_days)],
      ['cache marks', project.prompt_cache_marks ? 'on' : 'off: prompts are sent without marks for caching'],
      ['response cache', cacheText(project.response_cache_seconds)],
      ['created', project.created_at],
    ],
    width,
  );
}

/** The JSON of one, as `--help` shows it. */
export const ONE_PROJECT =
  '{"id":"prj_1a2b","name":"web","default":false,"active_keys":0,"response_retention_days":30,"prompt_cache_marks":true,"response_cache_seconds":null,"created_at":"2026-01-01T00:00:00.000Z"}';

function retentionText(days: number): string {
  if (days === 0) return 'not kept: each request must send all of its own';
  return `kept for ${days} ${days === 1 ? 'day' : 'days'}`;
}

function cacheText(seconds: number | null): string {
  if (seconds === null) return 'off';
  return `an answer serves the same request for ${inWords(seconds * 1000)}`;
}
