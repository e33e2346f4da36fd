import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { FunctionTool, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';
import { readMark } from './read-blocks.ts';

/** `tools` in neutral form. */
export function readTools(tools: unknown): Tool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw invalid('tools', 'tools must be an array.');
  return tools.flatMap((tool: unknown, at): Tool[] => {
    if (!isObject(tool)) throw invalid(`tools.${at}`, 'A tool must be an object.');
    const type = tool.type ?? 'custom';
    if (type === 'custom') return [readFunction(tool, at)];
    if (typeof type !== 'string') throw invalid(`tools.${at}.type`, 'The type of a tool must be a string.');
    if (type.startsWith('web_search_')) return [readWebSearch(tool)];
    // A search among tools that are not loaded yet: elsewhere all are loaded at once.
    if (type.startsWith('tool_search_')) return [];
    return [{ type: 'native', family: 'anthropic', value: tool }];
  });
}

function readFunction(tool: JsonObject, at: number): FunctionTool {
  const { type: _type, name, description, input_schema, strict, cache_control, ...extras } = tool;
  if (typeof name !== 'string' || name === '') throw invalid(`tools.${at}.name`, 'A tool must have a name.');
  const cache = readMark(cache_control);
  return {
    type: 'function',
    name,
    ...(typeof description === 'string' && { description }),
    ...(isObject(input_schema) && { parameters: input_schema }),
    ...(typeof strict === 'boolean' && { strict }),
    ...(cache && { cache }),
    ...(Object.keys(extras).length > 0 && { extras }),
  };
}

function readWebSearch(tool: JsonObject): WebSearchTool {
  const { max_uses, allowed_domains, blocked_domains, user_location } = tool;
  const location = isObject(user_location) ? placeOf(user_location) : undefined;
  return {
    type: 'web_search',
    ...(location && { userLocation: location }),
    ...(typeof max_uses === 'number' && { maxUses: max_uses }),
    ...(Array.isArray(allowed_domains) && { allowedDomains: allowed_domains as string[] }),
    ...(Array.isArray(blocked_domains) && { blockedDomains: blocked_domains as string[] }),
  };
}

function placeOf(location: JsonObject): NonNullable<WebSearchTool['userLocation']> {
  const place: NonNullable<WebSearchTool['userLocation']> = {};
  for (const key of ['city', 'region', 'country', 'timezone'] as const) {
    const value = location[key];
    if (typeof value === 'string') place[key] = value;
  }
  return place;
}

/** `tool_choice`, and whether several calls in a turn are welcome. */
export function readToolChoice(choice: unknown): { choice?: ToolChoice; parallel?: boolean } {
  if (!isObject(choice)) return {};
  const parallel =
    typeof choice.disable_parallel_tool_use === 'boolean' ? { parallel: !choice.disable_parallel_tool_use } : {};
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { choice: { type: choice.type }, ...parallel };
    case 'any':
      return { choice: { type: 'required' }, ...parallel };
    case 'tool':
      if (typeof choice.name !== 'string') throw invalid('tool_choice.name', 'tool_choice.name must be a string.');
      return { choice: { type: 'tool', name: choice.name }, ...parallel };
    default:
      throw invalid('tool_choice.type', 'tool_choice.type must be auto, any, tool or none.');
  }
}
