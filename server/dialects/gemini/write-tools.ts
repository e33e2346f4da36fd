import { GatewayError } from '../../../shared/errors.ts';
import type { JsonObject } from '../lossless.ts';
import { asFunction, chosenTools, flatName } from '../neutral/foreign-tools.ts';
import type { CustomTool, FunctionTool, NeutralRequest, Tool, ToolChoice } from '../neutral/request.ts';
import type { TargetFacts } from '../translation.ts';
import { cleanSchema } from './clean-schema.ts';
import { textField } from './fields.ts';
import { isGemini3 } from './models.ts';

/** `tools` and `toolConfig`. Names what was left out in `dropped`. */
export function writeTools(
  request: NeutralRequest,
  { model, provider }: Pick<TargetFacts, 'model' | 'provider'>,
  dropped: string[],
): JsonObject {
  const chosen = namedTools(request);
  // What may not be called stays told, so that the prompt stays cached; but for a choice of the provider's own tools alone,
  // for which there is no other word.
  const offered = chosen.length === 0 || chosen.some(isFunction) ? request.tools : chosen;
  const functions = offered.flatMap(declaration);
  let own = offered.flatMap((tool) => nativeTool(tool, model, dropped));
  const mixed = functions.length > 0 && own.length > 0;
  if (mixed && !(provider.mixesTools && isGemini3(model))) {
    // Elsewhere it is either; an agent that offers a search beside its own tools can do without.
    own = [];
    dropped.push('tools.web_search');
  }
  if (functions.length === 0 && own.length === 0) return {};
  const names = chosen.filter(isFunction).map(flatName);
  const calling = functions.length > 0 && request.toolChoice ? functionCalling(request.toolChoice, names) : undefined;
  const config = {
    ...(calling && { functionCallingConfig: calling }),
    ...(mixed && own.length > 0 && { includeServerSideToolInvocations: true }),
  };
  return {
    tools: [...(functions.length > 0 ? [{ functionDeclarations: functions }] : []), ...own],
    ...(Object.keys(config).length > 0 && { toolConfig: config }),
  };
}

/** The tools that a choice names; empty where it names none that there is. */
function namedTools({ tools, toolChoice }: NeutralRequest): Tool[] {
  if (toolChoice?.type === 'allowed') return chosenTools(tools, toolChoice.names);
  return toolChoice?.type === 'tool' ? chosenTools(tools, [toolChoice.name]) : [];
}

function isFunction(tool: Tool): tool is FunctionTool | CustomTool {
  return tool.type === 'function' || tool.type === 'custom';
}

function declaration(tool: Tool): JsonObject[] {
  if (!isFunction(tool)) return [];
  const { description, parameters: given } = tool.type === 'custom' ? asFunction(tool) : tool;
  const parameters = given && cleanSchema(given);
  return [
    {
      name: flatName(tool),
      ...(description !== undefined && { description }),
      ...(parameters && hasProperties(parameters) && { parametersJsonSchema: parameters }),
    },
  ];
}

/** An object without any property is how no parameters are told; Google wants nothing then. */
function hasProperties(schema: JsonObject): boolean {
  const { type, properties, anyOf, additionalProperties, $ref } = schema;
  if (anyOf !== undefined || $ref !== undefined || (type !== 'object' && type !== undefined)) return true;
  const open = typeof additionalProperties === 'object';
  return open || Object.keys((properties as JsonObject | undefined) ?? {}).length > 0;
}

function nativeTool(tool: Tool, model: string, dropped: string[]): JsonObject[] {
  if (tool.type === 'web_search') {
    if (tool.allowedDomains?.length) dropped.push('tools.web_search.allowed_domains');
    if (tool.blockedDomains?.length) dropped.push('tools.web_search.blocked_domains');
    return [{ googleSearch: {} }];
  }
  if (tool.type !== 'native') return [];
  if (tool.family === 'google') return [tool.value];
  const name = textField(tool.value, 'type') ?? textField(tool.value, 'name') ?? tool.family;
  throw new GatewayError('model_not_supported', `${model} does not have the tool ${name}.`, {
    param: 'tools',
    hint: 'Leave the tool out, or use a model of the family that has it.',
  });
}

/** @param names the functions that the choice names */
function functionCalling(choice: ToolChoice, names: string[]): JsonObject {
  switch (choice.type) {
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: names.length > 0 ? names : [choice.name] };
    case 'allowed':
      // AUTO takes no names; VALIDATED is AUTO whose calls keep to their schemas
      return {
        mode: choice.mode === 'required' ? 'ANY' : 'VALIDATED',
        allowedFunctionNames: names.length > 0 ? names : choice.names,
      };
    default:
      return { mode: { auto: 'AUTO', none: 'NONE', required: 'ANY' }[choice.type] };
  }
}
