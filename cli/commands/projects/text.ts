import type { Project } from '../../../shared/contracts/projects.ts';
import type { Paint } from '../../paint.ts';
import { factLines } from '../../table.ts';

/** One project for people. */
export function projectText(project: Project, paint: Paint, width?: number): string {
  return factLines(
    paint,
    [
      ['id', project.id],
      ['name', project.name],
      ['default', project.default ? 'yes: keys that name no project are made here' : 'no'],
      ['keys', String(project.active_keys)],
      ['created', project.created_at],
    ],
    width,
  );
}

/** The JSON of one, as `--help` shows it. */
export const ONE_PROJECT =
  '{"id":"prj_1a2b","name":"web","default":false,"active_keys":0,"created_at":"2026-01-01T00:00:00.000Z"}';
