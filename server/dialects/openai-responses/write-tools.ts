import { GatewayError } from '../../../shared/errors.ts';
import type { JsonObject } from '../lossless.ts';
import { toolNamed } from '../neutral/foreign-tools.ts';
import type { FunctionTool, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';

/** Members of a function that other formats may have read, and that OpenAI knows. */
const FUNCTION_EXTRAS = ['defer_loading', 'output_schema', 'allowed_callers'] as const;
const NO_ARGUMENTS = { type: 'object', properties: {}, additionalProperties: false };

/** Neutral tools as this format's; those of a namespace stand together in it, where the first of them stood. */
export function writeTools(tools: readonly Tool[]): JsonObject[] {
  const written: JsonObject[] = [];
  const namespaces = new Map<string, JsonObject[]>();
  for (const tool of tools) {
    const namespace = 'namespace' in tool ? tool.namespace : undefined;
    if (namespace === undefined) {
      written.push(writeTool(tool));
      continue;
    }
    let group = namespaces.get(namespace);
    if (!group) {
      group = [];
      namespaces.set(namespace, group);
      written.push({ type: 'namespace', name: namespace, description: '', tools: group });
    }
    group.push(writeTool(tool));
  }
  return written;
}

function writeTool(tool: Tool): JsonObject {
  switch (tool.type) {
    case 'function':
      return writeFunction(tool);
    case 'custom':
      return {
        type: 'custom',
        name: tool.name,
        ...(tool.description !== undefined && { description: tool.description }),
        ...(tool.format && { format: tool.format }),
      };
    case 'web_search':
      return writeWebSearch(tool);
    case 'native':
      if (tool.family === 'openai') return tool.value;
      throw new GatewayError(
        'model_not_supported',
        `The tool "${String(tool.value.type ?? tool.value.name)}" works with models of ${tool.family} alone.`,
        { param: 'tools', hint: 'Leave it out, or name a model of that provider.' },
      );
  }
}

function writeFunction(tool: FunctionTool): JsonObject {
  const written: JsonObject = { type: 'function', name: tool.name };
  if (tool.description !== undefined) written.description = tool.description;
  written.parameters = tool.parameters ?? NO_ARGUMENTS;
  // Left out, it would mean true here; everywhere else it means false.
  written.strict = tool.strict ?? false;
  for (const key of FUNCTION_EXTRAS) if (tool.extras?.[key] !== undefined) written[key] = tool.extras[key];
  return written;
}

function writeWebSearch(tool: WebSearchTool): JsonObject {
  const { userLocation, searchContextSize, allowedDomains, blockedDomains } = tool;
  return {
    type: 'web_search',
    ...(userLocation && { user_location: { type: 'approximate', ...userLocation } }),
    ...(searchContextSize && { search_context_size: searchContextSize }),
    ...((allowedDomains || blockedDomains) && {
      filters: {
        ...(allowedDomains && { allowed_domains: allowedDomains }),
        ...(blockedDomains && { blocked_domains: blockedDomains }),
      },
    }),
  };
}

/** A choice as this format's: a tool that is neither function nor custom is chosen by its type. */
export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  if (choice.type === 'tool') return chosen(choice.name, tools);
  if (choice.type !== 'allowed') return choice.type;
  return { type: 'allowed_tools', mode: choice.mode, tools: choice.names.map((name) => chosen(name, tools)) };
}

function chosen(name: string, tools: readonly Tool[]): JsonObject {
  const tool = toolNamed(tools, name);
  if (!tool) return { type: name };
  return {
    type: tool.type,
    name: tool.name,
    ...(tool.namespace !== undefined && { namespace: tool.namespace }),
  };
}
