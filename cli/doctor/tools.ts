import { integrationOf } from '../integrations/index.ts';
import { checkTool } from '../setup/check.ts';
import { surroundings } from '../setup/job.ts';
import { installedTools } from '../setup/record.ts';
import type { Check } from './check.ts';
import type { Examination } from './examination.ts';

/** Is every tool that was set up for this server still as `setup` left it, as the tool itself reads it? One line each. */
export async function checkTools({ context, configured }: Examination): Promise<Check[]> {
  if (!configured) return [];
  const at = surroundings(context);
  const checks: Check[] = [];
  for (const { tool, scope, project, api_url } of installedTools(context.configDir)) {
    const integration = integrationOf(tool);
    if (!integration || api_url !== context.settings.apiUrl || (project !== null && project !== context.cwd)) continue;
    const found = await checkTool(context, integration, at, { scope, request: false });
    checks.push(summary(`setup_${tool}`, integration.title, found));
  }
  return checks;
}

/** The worst of a tool's checks stands for all. */
function summary(name: string, title: string, checks: readonly Check[]): Check {
  const worst = checks.find(({ status }) => status === 'fail') ?? checks.find(({ status }) => status === 'warn');
  if (!worst) return { name, status: 'pass', message: `${title} sends its requests here.`, fix: null };
  return { ...worst, name, message: `${title}: ${worst.message}` };
}
