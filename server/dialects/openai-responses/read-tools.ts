import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject } from '../lossless.ts';
import { flatName } from '../neutral/foreign-tools.ts';
import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../neutral/request.ts';

/** `tools`, those of namespaces one by one. What only OpenAI's own models have stays as it is. */
export function readTools(value: unknown, param = 'tools'): Tool[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(param, `${param} must be an array.`);
  return value.flatMap((tool, index) => readTool(tool, `${param}[${index}]`));
}

function readTool(tool: unknown, param: string, namespace?: string): Tool | Tool[] {
  if (!isObject(tool) || typeof tool.type !== 'string') throw invalid(param, `${param} must be an object with a type.`);
  switch (tool.type) {
    case 'function':
      return readFunction(tool, param, namespace);
    case 'custom':
      return readCustom(tool, param, namespace);
    case 'namespace': {
      const name = nameOf(tool, param);
      const tools = Array.isArray(tool.tools) ? tool.tools : [];
      return tools.flatMap((inner, index) => readTool(inner, `${param}.tools[${index}]`, name));
    }
    default:
      return /^web_search(?:_preview)?(?:_\d{4}_\d\d_\d\d)?$/.test(tool.type)
        ? readWebSearch(tool)
        : { type: 'native', family: 'openai', value: tool };
  }
}

function readFunction(tool: JsonObject, param: string, namespace: string | undefined): FunctionTool {
  // Some clients send the shape of chat completions.
  const from = isObject(tool.function) && tool.name === undefined ? tool.function : tool;
  const { type: _type, name: _name, description, parameters, strict, ...extras } = from;
  return {
    type: 'function',
    name: nameOf(from, param),
    ...(namespace !== undefined && { namespace }),
    ...(typeof description === 'string' && { description }),
    ...(isObject(parameters) && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
    ...(Object.keys(extras).length > 0 && { extras }),
  };
}

function readCustom(tool: JsonObject, param: string, namespace: string | undefined): CustomTool {
  const { description, format } = tool;
  return {
    type: 'custom',
    name: nameOf(tool, param),
    ...(namespace !== undefined && { namespace }),
    ...(typeof description === 'string' && { description }),
    ...(isObject(format) && { format }),
  };
}

function nameOf(tool: JsonObject, param: string): string {
  if (typeof tool.name === 'string' && tool.name !== '') return tool.name;
  throw invalid(`${param}.name`, `${param}.name must be a non-empty string.`);
}

function readWebSearch(tool: JsonObject): WebSearchTool {
  const { user_location: location, search_context_size: size, filters } = tool;
  const domains = isObject(filters) ? filters : {};
  const place: NonNullable<WebSearchTool['userLocation']> = {};
  if (isObject(location)) {
    for (const key of ['city', 'region', 'country', 'timezone'] as const) {
      const value = location[key];
      if (typeof value === 'string') place[key] = value;
    }
  }
  return {
    type: 'web_search',
    ...(Object.keys(place).length > 0 && { userLocation: place }),
    ...((size === 'low' || size === 'medium' || size === 'high') && { searchContextSize: size }),
    ...(Array.isArray(domains.allowed_domains) && { allowedDomains: domains.allowed_domains.map(String) }),
    ...(Array.isArray(domains.blocked_domains) && { blockedDomains: domains.blocked_domains.map(String) }),
  };
}

/** `tool_choice`. A hosted tool is chosen by its type, which is its name here. */
export function readToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  if (isObject(value)) {
    if (value.type === 'allowed_tools' && Array.isArray(value.tools)) {
      return {
        type: 'allowed',
        mode: value.mode === 'required' ? 'required' : 'auto',
        names: value.tools.filter(isObject).map(chosenName),
      };
    }
    if (typeof value.type === 'string') return { type: 'tool', name: chosenName(value) };
  }
  throw invalid('tool_choice', 'tool_choice must be "auto", "none", "required" or an object that names a tool.');
}

function chosenName(choice: JsonObject): string {
  const inner = isObject(choice.function) ? choice.function : choice;
  if (typeof inner.name === 'string')
    return flatName({
      name: inner.name,
      ...(typeof choice.namespace === 'string' && { namespace: choice.namespace }),
    });
  const type = String(choice.type);
  return type.startsWith('web_search') ? 'web_search' : type;
}
