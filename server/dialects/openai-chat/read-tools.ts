import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import type { NeutralRequest, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';
import { readCache } from './read-parts.ts';

const FUNCTION_MEMBERS = new Set(['name', 'description', 'parameters', 'strict']);
const CHOICES = ['auto', 'none', 'required'] as const;

/** `tools`, or the `functions` of before, and the search that `web_search_options` asks for. */
export function readTools(body: JsonObject): Tool[] {
  const { tools, functions, web_search_options: search } = body;
  const read = listOf(tools, 'tools').map((tool, index) => readTool(tool, `tools[${index}]`));
  const legacy = listOf(functions, 'functions').map((value, index) => readFunction(value, {}, `functions[${index}]`));
  const searches = read.some(({ type }) => type === 'web_search');
  return [...read, ...legacy, ...(isObject(search) && !searches ? [readSearch(search)] : [])];
}

function listOf(value: unknown, param: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid(param, `${param} must be an array of objects.`);
  return value;
}

function readTool(tool: JsonObject, param: string): Tool {
  if (tool.type === 'web_search' || tool.type === 'web_search_preview') return readSearch(tool);
  if (isObject(tool.function)) return readFunction(tool.function, tool, `${param}.function`);
  // Cursor and others send the flat shape of Responses.
  if (tool.type === 'function') return readFunction(tool, tool, param);
  if (tool.type !== 'custom') return { type: 'native', family: 'openai', value: tool };
  const custom = isObject(tool.custom) ? tool.custom : tool;
  return {
    type: 'custom',
    name: nameOf(custom, `${param}.custom`),
    ...(typeof custom.description === 'string' && { description: custom.description }),
    ...(isObject(custom.format) && { format: custom.format }),
  };
}

function readFunction(value: JsonObject, tool: JsonObject, param: string): Tool {
  const { description, parameters, strict } = value;
  const flat = value === tool;
  const others = Object.entries(value).filter(
    ([key]) => !FUNCTION_MEMBERS.has(key) && key !== 'cache_control' && !(flat && key === 'type'),
  );
  return {
    type: 'function',
    name: nameOf(value, param),
    ...(typeof description === 'string' && { description }),
    ...(isObject(parameters) && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
    ...readCache(value),
    ...readCache(tool),
    ...(others.length > 0 && { extras: Object.fromEntries(others) }),
  };
}

function nameOf({ name }: JsonObject, param: string): string {
  if (typeof name !== 'string' || name === '') throw invalid(`${param}.name`, 'name must be a non-empty string.');
  return name;
}

function readSearch(tool: JsonObject): WebSearchTool {
  const { user_location: given, search_context_size: size, max_uses: uses, filters } = tool;
  const location = isObject(given) ? (isObject(given.approximate) ? given.approximate : given) : {};
  const places = ['city', 'region', 'country', 'timezone'] as const;
  const userLocation = Object.fromEntries(
    places.flatMap((key) => (typeof location[key] === 'string' ? [[key, location[key]]] : [])),
  );
  const allowed = tool.allowed_domains ?? (isObject(filters) ? filters.allowed_domains : undefined);
  const blocked = tool.blocked_domains ?? (isObject(filters) ? filters.blocked_domains : undefined);
  return {
    type: 'web_search',
    ...(Object.keys(userLocation).length > 0 && { userLocation }),
    ...((size === 'low' || size === 'medium' || size === 'high') && { searchContextSize: size }),
    ...(typeof uses === 'number' && { maxUses: uses }),
    ...(isStrings(allowed) && { allowedDomains: allowed }),
    ...(isStrings(blocked) && { blockedDomains: blocked }),
  };
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `tool_choice`, or the `function_call` of before. */
export function readToolChoice(body: JsonObject): Pick<NeutralRequest, 'toolChoice'> {
  const choice = body.tool_choice ?? body.function_call;
  if (choice === undefined || choice === null) return {};
  const named = CHOICES.find((type) => type === choice);
  if (named) return { toolChoice: { type: named } };
  const read = isObject(choice) ? readNamedChoice(choice) : undefined;
  if (!read) throw invalid('tool_choice', 'tool_choice must be auto, none, required, or name a tool.');
  return { toolChoice: read };
}

function readNamedChoice(choice: JsonObject): ToolChoice | undefined {
  if (choice.type === 'allowed_tools') {
    const allowed = isObject(choice.allowed_tools) ? choice.allowed_tools : choice;
    const tools = Array.isArray(allowed.tools) ? allowed.tools.filter(isObject) : [];
    const names = tools.map((tool) => toolName(tool)).filter((name) => name !== undefined);
    return { type: 'allowed', mode: allowed.mode === 'required' ? 'required' : 'auto', names };
  }
  const type = CHOICES.find((known) => known === choice.type);
  if (type) return { type };
  const name = toolName(choice);
  if (name !== undefined) return { type: 'tool', name };
  return typeof choice.type === 'string' ? { type: 'tool', name: choice.type } : undefined;
}

function toolName(value: JsonObject): string | undefined {
  const body = value.function ?? value.custom ?? value;
  return isObject(body) && typeof body.name === 'string' ? body.name : undefined;
}
