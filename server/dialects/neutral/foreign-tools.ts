import { createHash } from 'node:crypto';
import { type JsonObject, parseObject, toJson } from '../lossless.ts';
import type { CustomTool, FunctionTool, NeutralRequest, Tool, ToolCallPart } from './request.ts';

/**
 * What a format without namespaces and free-form tools is told in their place, and how an answer is told back. Every
 * writer of requests and of answers uses the same, so that a call finds its tool again.
 */

/** The longest name of a tool that every provider takes. */
const LONGEST_NAME = 64;

/** A namespaced tool's name in a format that knows none: `crm` and `find` are `crm__find`. */
export function flatName({ name, namespace }: Pick<ToolCallPart, 'name' | 'namespace'>): string {
  if (namespace === undefined || namespace === '') return name;
  const flat = namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
  if (flat.length <= LONGEST_NAME) return flat;
  const mark = createHash('sha256').update(flat).digest('hex').slice(0, 8);
  return `${flat.slice(0, LONGEST_NAME - mark.length - 1)}_${mark}`;
}

/** A free-form tool as a function of one string. */
export function asFunction(tool: CustomTool): FunctionTool {
  const grammar = tool.format && 'definition' in flatFormat(tool.format) ? flatFormat(tool.format) : undefined;
  const about = grammar
    ? `${tool.description ?? ''}\n\nThe input must match this ${typeof grammar.syntax === 'string' ? grammar.syntax : 'lark'} grammar:\n${String(grammar.definition)}`
    : tool.description;
  return {
    type: 'function',
    name: tool.name,
    ...(about !== undefined && { description: about.trim() }),
    ...(tool.namespace !== undefined && { namespace: tool.namespace }),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

/** Chat completions nest the grammar one deeper than Responses. */
function flatFormat(format: JsonObject): JsonObject {
  return (format.grammar as JsonObject | undefined) ?? format;
}

/** A call of a free-form tool as the arguments of that function. */
export function argumentsOf(call: Pick<ToolCallPart, 'arguments' | 'custom'>): string {
  return call.custom ? toJson({ input: call.arguments }) : call.arguments;
}

/** The free text in the arguments of that function; what is no such object is taken for the text itself. */
export function inputOf(argumentsText: string): string {
  const input = parseObject(argumentsText)?.input;
  return typeof input === 'string' ? input : argumentsText;
}

/** The tools that a choice names: by bare or flat name, or, where a tool has none, by its type. */
export function chosenTools(tools: readonly Tool[], names: readonly string[]): Tool[] {
  return tools.filter((tool) => {
    if ('name' in tool) return names.includes(tool.name) || names.includes(flatName(tool));
    const own = tool.type === 'native' ? [tool.value.type, tool.value.name] : [tool.type];
    return own.some((name) => typeof name === 'string' && names.includes(name));
  });
}

/** The tools that may be called: a format that cannot say which those are is shown no others. */
export function offeredTools({ tools, toolChoice }: Pick<NeutralRequest, 'tools' | 'toolChoice'>): readonly Tool[] {
  return toolChoice?.type === 'allowed' ? chosenTools(tools, toolChoice.names) : tools;
}

/** The flat names of the tools that the conversation has called. */
export function calledNames({ messages }: Pick<NeutralRequest, 'messages'>): Set<string> {
  const names = new Set<string>();
  for (const { role, content } of messages) {
    if (role === 'assistant') for (const part of content) if (part.type === 'tool-call') names.add(flatName(part));
  }
  return names;
}

/** The flat name of a tool that a choice names; a name that no tool has stays as it is. */
export function chosenName(tools: readonly Tool[], name: string): string {
  const [tool] = chosenTools(tools, [name]);
  return tool && 'name' in tool ? flatName(tool) : name;
}

/** The tool that a provider's call is of, by its flat name: it tells the namespace, and whether it is free-form. */
export function toolNamed(tools: readonly Tool[], flat: string): FunctionTool | CustomTool | undefined {
  return tools.find(
    (tool): tool is FunctionTool | CustomTool =>
      (tool.type === 'function' || tool.type === 'custom') && flatName(tool) === flat,
  );
}
