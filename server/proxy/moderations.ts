import { invalid, readModel } from '../dialects/body-checks.ts';
import { openAiTokens } from '../dialects/embeddings/openai.ts';
import { findMember, type Scan, splice } from '../dialects/json-scan.ts';
import { NO_TOKENS } from '../dialects/neutral.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { addToObject, findUsage } from '../dialects/usage-splice.ts';
import type { Target } from '../routing/plan.ts';
import type { Unary, UnaryAnswer } from './unary.ts';

const DEFAULT_MODEL = 'omni-moderation-latest';

/** POST /v1/moderations. Source: the OpenAI API reference, "Create moderation"; Mistral's is the same in this. */
export const moderations: Unary = {
  format: 'openai-moderations',
  dialect: openaiChat,
  capability: 'moderation',
  lacks: 'moderates nothing.',
  read(scan) {
    const model = findMember(scan, 'model') ? readModel(scan) : DEFAULT_MODEL;
    checkInput(scan);
    return {
      model,
      textBytes: scan.textBytes,
      prepare(target) {
        return {
          format: 'openai-chat',
          path: (path) => path.replace('/chat/completions', '/moderations'),
          body: splice(scan, new Map([['model', JSON.stringify(target.offer.providerModel)]])),
          same: true,
          read: (body) => passedOn(body, target),
        };
      },
    };
  },
};

function checkInput(scan: Scan): void {
  const input = findMember(scan, 'input');
  if (!input) throw invalid('input', 'Missing required parameter: input.');
  if (!/^["[]/.test(scan.bytes.toString('latin1', input.valueStart, input.valueStart + 1)))
    throw invalid('input', 'input must be a string or an array.');
}

/** The provider's bytes; the cost goes where the provider counts tokens. One that is free counts none. */
function passedOn(body: Buffer, { offer }: Target): UnaryAnswer | undefined {
  if (!body.includes('"results"')) return undefined;
  const span = findUsage(body);
  const told = span && openAiTokens(JSON.parse(body.toString('utf8', span.start, span.end)));
  return {
    usage: told ?? (offer.price.inputPico === 0n ? NO_TOKENS : undefined),
    write: (_usage, cost) => [span ? addToObject(body, span, cost) : body],
  };
}
