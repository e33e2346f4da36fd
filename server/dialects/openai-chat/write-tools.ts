import { GatewayError } from '../../../shared/errors.ts';
import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { asFunction, chosenName, flatName, offeredTools, toolNamed } from '../neutral/foreign-tools.ts';
import type { FunctionTool, NeutralRequest, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';
import type { ChatTarget } from './chat-target.ts';
import { writeCache } from './write-parts.ts';

/** `tools`, `tool_choice`, `parallel_tool_calls` and `web_search_options` of a body. Throws 400 for what cannot be asked. */
export function writeTools(request: NeutralRequest, target: ChatTarget): JsonObject {
  const { freeForm } = target;
  const { toolChoice, parallelToolCalls } = request;
  const kept = freeForm ? request.tools : offeredTools(request);
  const search = kept.find((tool) => tool.type === 'web_search');
  const tools = kept.flatMap((tool) => writeTool(tool, target));
  const searched = search ? writeSearch(search, target) : {};
  if (tools.length === 0) return searched;
  return {
    tools,
    ...(toolChoice && { tool_choice: writeChoice(toolChoice, request.tools, freeForm) }),
    ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    ...searched,
  };
}

function writeTool(tool: Tool, target: ChatTarget): JsonObject[] {
  switch (tool.type) {
    case 'web_search':
      return [];
    case 'native':
      if (tool.family === 'openai') return [tool.value];
      throw invalid(
        'tools',
        `The tool ${nativeName(tool.value)} exists only at the provider it belongs to. Remove it, or use one of that provider's models.`,
      );
    case 'custom':
      if (!target.freeForm) return [writeFunction(asFunction(tool), target)];
      return [{ type: 'custom', custom: { ...named(tool), ...(tool.format && { format: nested(tool.format) }) } }];
    case 'function':
      return [writeFunction(tool, target)];
  }
}

function writeFunction(tool: FunctionTool, target: ChatTarget): JsonObject {
  const { parameters, strict, cache } = tool;
  return {
    type: 'function',
    function: {
      ...named(tool),
      parameters: parameters ?? { type: 'object', properties: {} },
      ...(strict !== undefined && { strict }),
    },
    ...writeCache(cache, target),
  };
}

function nativeName({ type, name }: JsonObject): string {
  return [type, name].find((value) => typeof value === 'string') ?? 'of this kind';
}

function named(tool: Pick<FunctionTool, 'name' | 'namespace' | 'description'>): JsonObject {
  return { name: flatName(tool), ...(tool.description !== undefined && { description: tool.description }) };
}

/** Responses have the grammar flat, chat completions one deeper. */
function nested(format: JsonObject): JsonObject {
  if (format.type !== 'grammar' || isObject(format.grammar)) return format;
  return { type: 'grammar', grammar: { definition: format.definition, syntax: format.syntax } };
}

function writeChoice(choice: ToolChoice, tools: readonly Tool[], freeForm: boolean): unknown {
  switch (choice.type) {
    case 'tool':
      return reference(choice.name, tools, freeForm);
    case 'allowed': {
      if (!freeForm) return choice.mode;
      const allowed = choice.names.map((name) => reference(name, tools, freeForm));
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: allowed } };
    }
    default:
      return choice.type;
  }
}

function reference(name: string, tools: readonly Tool[], freeForm: boolean): JsonObject {
  const told = { name: chosenName(tools, name) };
  const custom = freeForm && toolNamed(tools, told.name)?.type === 'custom';
  return custom ? { type: 'custom', custom: told } : { type: 'function', function: told };
}

/** OpenAI's search models, and those who follow them, search by `web_search_options`. */
function writeSearch({ userLocation, searchContextSize }: WebSearchTool, { offer }: ChatTarget): JsonObject {
  if (!offer.priceUnknown && !offer.capabilities.includes('web_search')) {
    throw new GatewayError(
      'model_not_supported',
      `Model ${offer.model} does not support native web search. Remove the web_search tool or use a model that supports it.`,
      { param: 'tools', hint: 'Run `gateway models --capability web_search` to see the models that search.' },
    );
  }
  return {
    web_search_options: {
      ...(searchContextSize && { search_context_size: searchContextSize }),
      ...(userLocation && { user_location: { type: 'approximate', approximate: userLocation } }),
    },
  };
}
