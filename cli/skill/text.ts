import { EXIT_CODES } from '../../shared/exit-codes.ts';
import { FLOW, type GuideStep, LATER, RULES } from '../guide.ts';

/** The skill's name, which is its folder's too. */
export const SKILL_NAME = 'gateway';

/** Decides for an agent whether to read the skill: what it does, and when. YAML without quotes, so no colon. */
export const SKILL_DESCRIPTION =
  'Get an API key, set up .env, cap spending and look up cost for OpenAI- and Anthropic-compatible models through the gateway command line. Use when a project needs an LLM key or base URL, or a request was refused with 401, 402 or 429.';

/** `SKILL.md`: the guide, as agents that know skills read it. */
export function skillText(): string {
  const codes = EXIT_CODES.filter(({ action }) => action !== '');
  return `---
name: ${SKILL_NAME}
description: ${SKILL_DESCRIPTION}
---

# gateway

\`gateway\` is a command line for one key to every large language model. If it is not on the PATH it may be installed in the project: \`npx --no-install gateway\`.

## From nothing to a first answer

${numbered(FLOW)}

## Later

${LATER.map(({ command, tells }) => `- \`${command}\` – ${tells}`).join('\n')}

## Rules

${RULES.map((rule) => `- ${rule}`).join('\n')}

## Exit codes

${codes.map(({ code, meaning, action }) => `- ${code}: ${meaning} ${action}`).join('\n')}
`;
}

/** The steps as a numbered list of Markdown. */
function numbered(steps: readonly GuideStep[]): string {
  return steps.map(({ command, tells }, index) => `${index + 1}. \`${command}\` – ${tells}`).join('\n');
}
