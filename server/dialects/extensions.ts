import { STRATEGIES, type Strategy } from '../../shared/contracts/routing.ts';
import { GatewayError } from '../../shared/errors.ts';
import { invalid, readBoolean } from './body-checks.ts';
import { memberValue, type Scan } from './json-scan.ts';
import type { RequestFacts } from './neutral.ts';

/** Members of a body, in any format, that are ours and that no provider knows. */
export const EXTENSIONS = ['routing', 'free_models_only', 'no_reasoning', 'plugins'] as const;

/** The model that is chosen by the gateway, under each of its names. */
const AUTO = /^(?:gateway\/)*auto$/i;

/** Whether the gateway is to choose the model. `acme/auto` is a model of a provider that is called so. */
export function isAuto(model: string): boolean {
  return AUTO.test(model);
}

/** What a body asks of the gateway itself; throws for what is none of it, or cannot be together. */
export function readExtensions(
  scan: Scan,
  model: string,
): Pick<RequestFacts, 'strategy' | 'freeModelsOnly' | 'noReasoning'> {
  const strategy = readStrategy(scan);
  const freeModelsOnly = ofAuto(scan, 'free_models_only', model);
  const noReasoning = ofAuto(scan, 'no_reasoning', model);
  return {
    ...(strategy !== undefined && { strategy }),
    ...(freeModelsOnly && { freeModelsOnly }),
    ...(noReasoning && { noReasoning }),
  };
}

function readStrategy(scan: Scan): Strategy | undefined {
  const value = memberValue(scan, 'routing');
  if (value === undefined || value === null) return undefined;
  if (!STRATEGIES.includes(value as Strategy))
    throw invalid('routing', `routing must be one of ${STRATEGIES.join(', ')}.`);
  return value as Strategy;
}

/** A wish about which model is chosen: there must be a choice. */
function ofAuto(scan: Scan, key: string, model: string): boolean {
  if (!readBoolean(scan, key)) return false;
  if (isAuto(model)) return true;
  throw new GatewayError('unsupported_parameter_combination', `${key} can only be asked for with the model auto.`, {
    param: key,
    hint: `Ask for the model auto, or leave out ${key}.`,
  });
}
