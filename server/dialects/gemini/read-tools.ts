import type { JsonObject } from '../lossless.ts';
import type { Tool, ToolChoice } from '../neutral/request.ts';
import { camelCase, field, objectField, objectsField, textField } from './fields.ts';
import { toJsonSchema } from './json-schema.ts';

/** `tools`: each may hold functions and several tools of Google's own. */
export function readTools(body: JsonObject): Tool[] {
  return objectsField(body, 'tools').flatMap((tool) =>
    Object.keys(tool).flatMap((key): Tool[] => {
      const name = camelCase(key);
      if (name === 'functionDeclarations') return objectsField(tool, name).map(readFunction);
      if (name === 'googleSearch' || name === 'googleSearchRetrieval')
        return [readSearch(objectField(tool, name) ?? {})];
      return [{ type: 'native', family: 'google', value: { [name]: tool[key] } }];
    }),
  );
}

function readFunction(declaration: JsonObject): Tool {
  const description = textField(declaration, 'description');
  const schema = objectField(declaration, 'parametersJsonSchema');
  const parameters = objectField(declaration, 'parameters');
  return {
    type: 'function',
    name: textField(declaration, 'name') ?? '',
    ...(description !== undefined && { description }),
    ...(schema ? { parameters: schema } : parameters && { parameters: toJsonSchema(parameters) }),
  };
}

function readSearch(search: JsonObject): Tool {
  const excluded = field(search, 'excludeDomains');
  return { type: 'web_search', ...(Array.isArray(excluded) && { blockedDomains: excluded as string[] }) };
}

/** `toolConfig.functionCallingConfig` */
export function readToolChoice(body: JsonObject): ToolChoice | undefined {
  const config = objectField(objectField(body, 'toolConfig') ?? {}, 'functionCallingConfig');
  if (!config) return undefined;
  const allowed = field(config, 'allowedFunctionNames');
  const names = Array.isArray(allowed) ? (allowed as string[]) : [];
  const mode = (textField(config, 'mode') ?? 'AUTO').toUpperCase();
  if (mode === 'NONE') return { type: 'none' };
  const required = mode === 'ANY';
  if (names.length === 0) return { type: required ? 'required' : 'auto' };
  if (required && names.length === 1) return { type: 'tool', name: names[0]! };
  return { type: 'allowed', mode: required ? 'required' : 'auto', names };
}
