import { GLOBAL_FLAGS } from '../../cli/globals.ts';
import { FLOW, LATER, PURPOSE, RULES } from '../../cli/guide.ts';
import { ERROR_CODES, errorRow } from '../../shared/errors.ts';
import { COMMON_ERRORS, commandSections } from './commands.ts';
import { endpointSections } from './endpoints.ts';
import { CLI_VARIABLES, SERVER_VARIABLES } from './environment.ts';
import { exitCodes, serverLine } from './short.ts';

/** `llms-full.txt`: everything there is to know, made from the command tree, the contracts and the table of errors. */
export async function llmsFullTxt(server: string | undefined): Promise<string> {
  return `# gateway, in full

> ${PURPOSE}

${serverLine(server)}

## How to use it

${[...FLOW, ...LATER].map(({ command, tells }) => `- \`${command}\` – ${tells}`).join('\n')}

${RULES.map((rule) => `- ${rule}`).join('\n')}

## Exit codes

${exitCodes()}

## Flags of every command, in any position

${GLOBAL_FLAGS.map(({ flags, summary }) => `- \`${flags}\`: ${summary}`).join('\n')}

## Commands

What a command prints is that of \`--json\`. \`name?\` may be missing. Besides the errors that are named, any command can end with ${COMMON_ERRORS}.

${await commandSections()}

## HTTP API

OpenAI-format clients: base URL \`${server ?? '<server>'}/v1\`, \`Authorization: Bearer <key>\`; POST /v1/chat/completions. Also POST /v1/responses (with \`previous_response_id\`), /v1/embeddings, /v1/moderations. Anthropic-format clients: base URL \`${server ?? '<server>'}\`, \`x-api-key: <key>\`; POST /v1/messages, /v1/messages/count_tokens. Gemini-format clients: the same base URL, \`x-goog-api-key: <key>\`; POST /v1beta/models/{model}:generateContent, :streamGenerateContent, :countTokens, :embedContent. GET /v1/models. Every model answers in every format; hints that a model has no place for are named in \`x-gateway-dropped\`. Model names are \`provider/model\`, \`provider/model:region\` or \`model\`. \`usage\` carries \`cost\` in USD.

Money is a decimal string in USD. Lists take \`limit\` and \`cursor\`. A call that changes something takes an \`Idempotency-Key\` header: a repeat within 24 hours gets the first answer. Errors are \`{"error": {"message", "type", "param", "code"}}\`.

${endpointSections()}

## Errors

${ERROR_CODES.map(errorLine).join('\n')}

## Environment

The command line:

${variables(CLI_VARIABLES)}

The server:

${variables(SERVER_VARIABLES)}
`;
}

function errorLine(code: string): string {
  const { status, exit, retryable, hint, next } = errorRow(code)!;
  const facts = [status && `HTTP ${status}`, `exit ${exit}`, retryable && 'may be retried'].filter(Boolean);
  return `- \`${code}\` (${facts.join(', ')}): ${hint} Next: ${next.map(({ command }) => `\`${command}\``).join(', ')}.`;
}

function variables(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, text]) => `- \`${name}\`: ${text}`).join('\n');
}
