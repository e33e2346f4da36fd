import { FLOW, type GuideStep, LATER, PURPOSE, RULES } from '../../cli/guide.ts';
import { COMMANDS } from '../../cli/tree.ts';
import { EXIT_CODES } from '../../shared/exit-codes.ts';

/**
 * `llms.txt`: what gateway is for, how to begin, what holds everywhere, and one line a command.
 * @param server the address of the server that serves this text; undefined in a copy that belongs to none.
 */
export function llmsTxt(server: string | undefined): string {
  return `# gateway

> ${PURPOSE}

${serverLine(server)}

## The flow

${FLOW.map((step, index) => `${index + 1}. ${line(step)}`).join('\n')}

## Later

${LATER.map((step) => `- ${line(step)}`).join('\n')}

## Rules

${RULES.map((rule) => `- ${rule}`).join('\n')}

## Exit codes

${exitCodes()}

## Commands

${COMMANDS.filter(({ load }) => load)
  .map(({ path, summary }) => `- \`gateway ${path}\` – ${summary}`)
  .join('\n')}
`;
}

/** One line an exit code that asks for something. */
export function exitCodes(): string {
  return EXIT_CODES.map(
    ({ code, meaning, action }) => `- ${code}: ${[meaning, action].filter(Boolean).join(' ')}`,
  ).join('\n');
}

/** Where the server is, and what is found there. */
export function serverLine(server: string | undefined): string {
  const url = server ?? '<server>';
  const where = server
    ? `Server: \`${url}\`; set \`GATEWAY_API_URL=${url}\`.`
    : 'Server: `<server>` is what `GATEWAY_API_URL` says, by default `http://127.0.0.1:8787`.';
  return `${where} OpenAI base URL: \`${url}/v1\`. Anthropic and Gemini base URL: \`${url}\`. Every model answers in every format. The API for programs: \`${url}/openapi.json\`. Everything in one text: \`${url}/llms-full.txt\`.`;
}

function line({ command, tells }: GuideStep): string {
  return `\`${command}\` – ${tells}`;
}
