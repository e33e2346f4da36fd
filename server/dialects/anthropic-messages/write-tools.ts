import { GatewayError } from '../../../shared/errors.ts';
import { invalid } from '../body-checks.ts';
import { inputSchema } from '../input-schema.ts';
import type { JsonObject } from '../lossless.ts';
import { asFunction, calledNames, chosenName, flatName, offeredTools } from '../neutral/foreign-tools.ts';
import type { FunctionTool, NeutralRequest, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';
import { claudeThinking } from '../reasoning-models.ts';
import type { TargetFacts } from '../translation.ts';
import { isExpressible, outputSchema } from './schema.ts';
import { markOf } from './write-blocks.ts';

export interface WrittenTools {
  tools?: JsonObject[];
  tool_choice?: JsonObject;
}

/** Members of a function that have no place of their own in the neutral form, and are Anthropic's. */
const EXTRAS = ['defer_loading', 'input_examples', 'eager_input_streaming', 'allowed_callers'];

/** `tools` and `tool_choice`. Throws for tools of another family, and for a search that the model cannot make. */
export function writeTools(request: NeutralRequest, target: TargetFacts): WrittenTools {
  const tools = offeredTools(request).map((tool) => writeTool(tool, target));
  if (tools.length === 0) {
    // A conversation with calls in it must name their tools, though none may be called any more.
    const called = [...calledNames(request)].map((name) => ({ name, input_schema: inputSchema(undefined) }));
    return called.length > 0 ? { tools: called, tool_choice: { type: 'none' } } : {};
  }
  const choice = writeChoice(request);
  if (choice && forcesCall(request) && !claudeThinking(target.model).forcedTools) {
    throw new GatewayError(
      'model_not_supported',
      `Model ${target.offer.model} decides by itself whether to call a tool: tool_choice must be auto or none.`,
      { param: 'tool_choice', hint: '' },
    );
  }
  return { tools, ...(choice && { tool_choice: choice }) };
}

/** Whether some call is demanded. Claude cannot be made to call a tool while it thinks. */
export function forcesCall({ toolChoice, tools }: NeutralRequest): boolean {
  if (!toolChoice || tools.length === 0) return false;
  return toolChoice.type === 'allowed' ? toolChoice.mode === 'required' : /^(?:required|tool)$/.test(toolChoice.type);
}

function writeTool(tool: Tool, target: TargetFacts): JsonObject {
  switch (tool.type) {
    case 'function':
      return writeFunction(tool, target);
    case 'custom':
      return writeFunction(asFunction(tool), target);
    case 'web_search':
      return writeWebSearch(tool, target);
    case 'native':
      if (tool.family === 'anthropic') return tool.value;
      throw invalid(
        'tools',
        `The tool ${String(tool.value.type)} is of another provider: ${target.offer.model} has none such.`,
      );
  }
}

function writeFunction(tool: FunctionTool, { offer }: TargetFacts): JsonObject {
  const schema = inputSchema(tool.parameters);
  // A promise that the model cannot keep is not asked for: the call is then as good as its own effort.
  const strict = tool.strict === true && offer.capabilities.includes('structured_output') && isExpressible(schema);
  const extras = Object.entries(tool.extras ?? {}).filter(([key]) => EXTRAS.includes(key));
  return {
    name: flatName(tool),
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: strict ? outputSchema(schema) : schema,
    ...(strict && { strict }),
    ...Object.fromEntries(extras),
    ...markOf(tool.cache),
  };
}

function writeWebSearch(tool: WebSearchTool, { offer }: TargetFacts): JsonObject {
  if (!offer.capabilities.includes('web_search') && !offer.priceUnknown) {
    throw new GatewayError('model_not_supported', `Model ${offer.model} does not support web search.`, {
      param: 'tools',
      hint: 'Run `gateway models --capability web_search` to see the models that search.',
    });
  }
  const { maxUses, allowedDomains, blockedDomains, userLocation } = tool;
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(maxUses !== undefined && { max_uses: maxUses }),
    // It takes one of the two lists; what is allowed says more.
    ...(allowedDomains ? { allowed_domains: allowedDomains } : blockedDomains && { blocked_domains: blockedDomains }),
    ...(userLocation && { user_location: { type: 'approximate', ...userLocation } }),
  };
}

/** `tool_choice`; undefined where nothing needs saying. */
export function writeChoice({ tools, toolChoice, parallelToolCalls }: NeutralRequest): JsonObject | undefined {
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (!toolChoice) return parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
  if (toolChoice.type === 'none') return { type: 'none' };
  if (toolChoice.type === 'tool') return { type: 'tool', name: chosenName(tools, toolChoice.name), ...single };
  return { type: modeOf(toolChoice) === 'required' ? 'any' : 'auto', ...single };
}

function modeOf(choice: ToolChoice): string {
  return choice.type === 'allowed' ? choice.mode : choice.type;
}
