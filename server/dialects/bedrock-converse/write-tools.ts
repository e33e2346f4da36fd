import { GatewayError } from '../../../shared/errors.ts';
import type { Offer } from '../../catalog/types.ts';
import { writeChoice } from '../anthropic-messages/write-tools.ts';
import { invalid } from '../body-checks.ts';
import { inputSchema } from '../input-schema.ts';
import { type JsonObject, toJson } from '../lossless.ts';
import { asFunction, calledNames, chosenName, flatName, offeredTools } from '../neutral/foreign-tools.ts';
import type { FunctionTool, NeutralRequest, Tool } from '../neutral/request.ts';
import { isNova, takesOwnToolChoice } from './models.ts';
import { cachePoint } from './write-messages.ts';

/** The tools of a request in Converse's terms. */
export interface WrittenTools {
  toolConfig?: JsonObject;
  /** For `additionalModelRequestFields`: Anthropic's own choice, where Converse's cannot say it. */
  toolChoice?: JsonObject;
  /** For the system prompt, where nothing else can keep the model from calling. */
  instruction?: string;
  dropped: string[];
}

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const NO_CALLS = 'Do not call any tool now: answer with text.';

interface Target {
  model: string;
  offer: Offer;
  structured: boolean;
  cacheMarks: boolean;
}

/**
 * `toolConfig`. It must be there as soon as the conversation holds a call or a result, though no tool may be called any
 * more: then it lists the tools that were.
 */
export function writeTools(request: NeutralRequest, target: Target): WrittenTools {
  const { toolChoice, parallelToolCalls } = request;
  const called = calledNames(request);
  const none = toolChoice?.type === 'none' || request.tools.length === 0;
  if (none && called.size === 0) return { dropped: [] };
  const tools = offeredTools(request).flatMap((tool) => writeTool(tool, target));
  if (tools.length === 0) for (const name of called) tools.push(spec({ type: 'function', name }, false));
  const own = takesOwnToolChoice(target.model);
  if (none)
    return {
      toolConfig: { tools },
      dropped: [],
      ...(own ? { toolChoice: { type: 'none' } } : { instruction: NO_CALLS }),
    };
  const choice = converseChoice(request);
  if (parallelToolCalls !== false) return { toolConfig: { tools, ...(choice && { toolChoice: choice }) }, dropped: [] };
  return own
    ? { toolConfig: { tools }, toolChoice: writeChoice(request)!, dropped: [] }
    : { toolConfig: { tools, ...(choice && { toolChoice: choice }) }, dropped: ['parallel_tool_calls'] };
}

function writeTool(tool: Tool, { model, offer, structured, cacheMarks }: Target): JsonObject[] {
  switch (tool.type) {
    case 'function': {
      const written = spec(tool, structured);
      return tool.cache && cacheMarks ? [written, cachePoint(tool.cache)] : [written];
    }
    case 'custom':
      return [spec(asFunction(tool), false)];
    case 'web_search':
      if (isNova(model)) return [{ systemTool: { name: 'nova_grounding' } }];
      throw new GatewayError('model_not_supported', `Model ${offer.id} does not support native web search.`, {
        param: 'tools',
        hint: 'Remove the web_search tool, or use a model that supports it: `gateway models --capability web_search`.',
      });
    case 'native':
      if (tool.family === 'bedrock') return [tool.value];
      throw invalid('tools', `Amazon Bedrock has no tool like ${toJson(tool.value).slice(0, 80)}.`);
  }
}

function spec(tool: FunctionTool, structured: boolean): JsonObject {
  const { description, parameters, strict } = tool;
  const name = flatName(tool);
  if (!TOOL_NAME.test(name))
    throw invalid(
      'tools',
      `On Amazon Bedrock the name of a tool has 1 to 64 letters, digits, _ and -: not ${name.slice(0, 80)}.`,
    );
  return {
    toolSpec: {
      name,
      // An empty description is refused.
      ...(description && { description }),
      inputSchema: { json: inputSchema(parameters) },
      ...(strict && structured && { strict }),
    },
  };
}

function converseChoice({ toolChoice, tools }: NeutralRequest): JsonObject | undefined {
  switch (toolChoice?.type) {
    case 'auto':
      return { auto: {} };
    case 'required':
      return { any: {} };
    case 'tool':
      return { tool: { name: chosenName(tools, toolChoice.name) } };
    case 'allowed':
      return toolChoice.mode === 'required' ? { any: {} } : { auto: {} };
    default:
      return undefined;
  }
}
