import { invalid } from '../body-checks.ts';
import { isObject, type JsonObject, toJson } from '../lossless.ts';
import type { Signature } from '../neutral/answer.ts';
import { flatName } from '../neutral/foreign-tools.ts';
import type {
  AssistantPart,
  Message,
  NativePart,
  ReasoningPart,
  TextPart,
  Tool,
  ToolCallPart,
  ToolResult,
  UserPart,
} from '../neutral/request.ts';
import { unpackSignature } from '../neutral/signatures.ts';
import { type ContentPart, readContent } from './read-content.ts';
import { readTools } from './read-tools.ts';

/** Items that a caller adds, though only OpenAI's models understand them. */
const OF_THE_CALLER = /_output$|^mcp_approval_response$|^compaction_trigger$/;
/** Items that OpenAI's models alone understand, and that others may miss. Source: the SDK's `ResponseInputItem`; Codex. */
const NATIVE =
  /_(?:call|output|snapshot)$|^mcp_(?:list_tools|approval_request|approval_response)$|^(?:context_)?compaction\w*$|^program$/;

/** The messages that `input` stands for; the items of one turn of the model become one message. */
export class InputReader {
  readonly messages: Message[] = [];
  /** Tools that came in the middle of the conversation. */
  readonly tools: Tool[] = [];
  /** Signatures of calls, which came as items of their own before them; by call id. */
  private readonly signatures = new Map<string, Signature>();
  private readonly calls = new Map<string, ToolCallPart>();
  /** Ids of calls that are no functions': a local shell's is answered as a function's would be. */
  private readonly nativeCalls = new Set<string>();

  read(input: unknown): void {
    if (typeof input === 'string') {
      this.messages.push({ role: 'user', content: [{ type: 'text', text: input }] });
      return;
    }
    if (!Array.isArray(input)) return;
    if (input.length === 0) throw invalid('input', 'input must have at least one item.');
    for (const [index, item] of input.entries()) this.item(item, `input[${index}]`);
  }

  private item(item: unknown, param: string): void {
    if (!isObject(item)) throw invalid(param, `${param} must be an object.`);
    switch (item.type ?? 'message') {
      case 'message':
        this.message(item, param);
        return;
      case 'reasoning':
        this.reasoning(item);
        return;
      case 'function_call':
      case 'custom_tool_call':
        this.call(item, param);
        return;
      case 'function_call_output':
      case 'custom_tool_call_output':
        this.result(item, param);
        return;
      case 'image_generation_call':
        if (typeof item.result === 'string') this.assistant(imagePart(item.result, item.output_format));
        return;
      case 'additional_tools':
        this.tools.push(...readTools(item.tools, `${param}.tools`));
        return;
      case 'item_reference':
        throw invalid(param, `${param} refers to the item "${String(item.id)}", which is not kept here.`);
      default:
        this.native(item, param);
    }
  }

  private message(item: JsonObject, param: string): void {
    const content = readContent(item.content, `${param}.content`);
    switch (item.role) {
      case 'system':
      case 'developer':
        this.messages.push({ role: item.role, content: content.filter((part) => part.type === 'text') });
        return;
      case 'user':
        this.messages.push({ role: 'user', content: content.map(asUserPart) });
        return;
      case 'assistant':
        for (const part of content) if (part.type !== 'document') this.assistant(part);
        return;
      default:
        throw invalid(`${param}.role`, `${param}.role must be user, assistant, system or developer.`);
    }
  }

  private reasoning(item: JsonObject): void {
    const summary = textsOf(item.summary);
    const texts = summary.length > 0 ? summary : textsOf(item.content);
    const signature = signatureOf(item);
    if (signature?.id !== undefined && signature.family !== 'openai') {
      const { id, ...rest } = signature;
      this.signatures.set(id, rest);
      return;
    }
    const part: ReasoningPart = { type: 'reasoning', text: texts.join('\n\n') };
    if (summary.length > 0) part.summary = true;
    if (signature) part.signature = signature;
    this.assistant(part);
  }

  private call(item: JsonObject, param: string): void {
    const { call_id: id, name, namespace } = item;
    if (typeof id !== 'string' || id === '') throw invalid(`${param}.call_id`, `${param}.call_id must be a string.`);
    if (typeof name !== 'string' || name === '') throw invalid(`${param}.name`, `${param}.name must be a string.`);
    const custom = item.type === 'custom_tool_call';
    const given = custom ? item.input : item.arguments;
    const part: ToolCallPart = {
      type: 'tool-call',
      id,
      name,
      arguments: typeof given === 'string' ? given : given === undefined ? '' : toJson(given),
      ...(custom && { custom }),
      ...(typeof namespace === 'string' && { namespace }),
    };
    const signature = this.signatures.get(id);
    if (signature) part.signature = signature;
    this.calls.set(id, part);
    this.assistant(part);
  }

  private result(item: JsonObject, param: string): void {
    const { call_id: callId, output } = item;
    if (typeof callId !== 'string' || callId === '')
      throw invalid(`${param}.call_id`, `${param}.call_id must be a string.`);
    const call = this.calls.get(callId);
    if (!call && !this.nativeCalls.has(callId))
      throw invalid(`${param}.call_id`, `No tool call before this output has the call_id ${callId.slice(0, 100)}.`);
    const result: ToolResult = {
      role: 'tool',
      callId,
      ...(call && { name: flatName(call) }),
      content: isObject(output)
        ? [{ type: 'text', text: toJson(output) }]
        : readContent(output, `${param}.output`).filter(isResultPart),
      ...(item.type === 'custom_tool_call_output' && { custom: true }),
    };
    this.messages.push(result);
  }

  private native(value: JsonObject, param: string): void {
    const type = String(value.type);
    const part: NativePart = {
      type: 'native',
      family: 'openai',
      value,
      ...(!NATIVE.test(type) && { unknownAt: `${param}.type` }),
    };
    for (const id of [value.call_id, value.id]) if (typeof id === 'string') this.nativeCalls.add(id);
    if (OF_THE_CALLER.test(type)) this.messages.push({ role: 'user', content: [part] });
    else this.assistant(part);
  }

  /** Adds to the model's turn that is open, or opens one. */
  private assistant(part: AssistantPart): void {
    const last = this.messages.at(-1);
    if (last?.role === 'assistant') last.content.push(part);
    else this.messages.push({ role: 'assistant', content: [part] });
  }
}

/** A thought's signature; one of another family that names a call is that call's. */
function signatureOf({ encrypted_content: content, id }: JsonObject): Signature | undefined {
  if (typeof content !== 'string' || content === '') return undefined;
  const signature = unpackSignature(content, 'openai');
  return signature.family === 'openai' && typeof id === 'string' ? { ...signature, id } : signature;
}

function textsOf(parts: unknown): string[] {
  if (!Array.isArray(parts)) return [];
  return parts.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : []));
}

function asUserPart(part: ContentPart): UserPart {
  return part.type === 'refusal' ? { type: 'text', text: part.text } : part;
}

function isResultPart(part: ContentPart): part is ToolResult['content'][number] {
  return part.type === 'text' || part.type === 'image' || part.type === 'document';
}

function imagePart(data: string, format: unknown): AssistantPart {
  const mediaType = `image/${typeof format === 'string' ? format : 'png'}`;
  return { type: 'image', source: { kind: 'base64', mediaType, data } };
}

/** Text of a system message. */
export function systemMessage(text: string): Message {
  const content: TextPart[] = [{ type: 'text', text }];
  return { role: 'system', content };
}
