import type { JsonObject } from '../lossless.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { claudeThinking } from '../reasoning-models.ts';
import type { TargetFacts } from '../translation.ts';
import { takesOneSampling } from './models.ts';

/** `temperature`, `top_p` and `top_k` as far as the model takes them; the others are hints, and dropped. */
export function samplingOf(
  { temperature, topP, topK }: NeutralRequest,
  { model }: TargetFacts,
  thinking: unknown,
  dropped: string[],
): JsonObject {
  const thinks = thinking !== undefined && thinking !== 'disabled';
  const none = !claudeThinking(model).sampling;
  const sampling: JsonObject = {};
  const put = (name: string, value: number | undefined, taken: boolean) => {
    if (value === undefined) return;
    if (taken) sampling[name] = value;
    else dropped.push(name);
  };
  // OpenAI's goes up to 2.
  put('temperature', temperature === undefined ? undefined : Math.min(temperature, 1), !none && !thinks);
  const single = sampling.temperature !== undefined && takesOneSampling(model);
  put('top_p', topP, !none && !single && (!thinks || (topP ?? 0) >= 0.95));
  put('top_k', topK, !none && !thinks);
  return sampling;
}
