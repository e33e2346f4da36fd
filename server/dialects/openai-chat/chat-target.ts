import { type ModelQuirks, quirksOf } from '../../providers/provider.ts';
import type { TargetFacts } from '../translation.ts';

/** Where a request goes, with what decides how it is worded there. */
export interface ChatTarget extends TargetFacts {
  quirks: ModelQuirks;
  /** It knows free-form tools and `allowed_tools`. */
  freeForm: boolean;
}

/** Models with free-form tools: OpenAI's from GPT-5 on, wherever they are served. */
const NEWER_OPENAI = /(?:^|[/.])gpt-(?:[5-9]|\d\d)/;

export function chatTarget(target: TargetFacts): ChatTarget {
  return { ...target, quirks: quirksOf(target.provider, target.model), freeForm: knowsFreeForm(target) };
}

export function knowsFreeForm({ model, offer }: Pick<TargetFacts, 'model' | 'offer'>): boolean {
  return NEWER_OPENAI.test(model) || NEWER_OPENAI.test(offer.model);
}
