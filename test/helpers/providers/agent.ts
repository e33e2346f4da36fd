import type { Call } from './kinds.ts';
import { resultsOf } from './loop.ts';
import { must } from './refuse.ts';
import type { Reply } from './scenario.ts';

/** A tool that a request carries, whatever its dialect: its name, and the JSON schema of its arguments. */
interface Tool {
  name: string;
  properties: Record<string, { type?: unknown }>;
}

/** What a file holds that an agent is to read. */
const SECRET = /secret-[0-9a-f]{16}/;
/** The file that the prompt names. */
const FILE = /\/[\w./-]+\/note\.txt/;

/**
 * A coding task: the first answer has the agent read the file that its prompt names, with a tool of its own; the second
 * says what the file holds, which only the tool's result tells. A request without tools gets a title.
 */
export function agentReply({ kind, body, text }: Pick<Call, 'kind' | 'body' | 'text'>): Reply {
  const usage = { input: 100, cached: 20, output: 50, reasoning: 30 };
  const reply = { scenario: 'agent', stop: 'stop', usage } as const;
  const tools = toolsOf({ kind, body });
  if (tools.length === 0) return { ...reply, steps: [{ type: 'text', text: 'A note' }] };
  const results = resultsOf(kind, body);
  if (results.length > 0) {
    const secret = SECRET.exec(results.join('\n'))?.[0];
    return { ...reply, steps: [{ type: 'text', text: `It holds ${secret ?? `nothing: ${results.join()}`}` }] };
  }
  const path = FILE.exec(text)?.[0];
  must(path, 'the prompt names no file');
  return {
    ...reply,
    stop: 'calls',
    steps: [
      { type: 'reasoning', text: 'The file must be read.' },
      { type: 'text', text: 'I read it.' },
      { type: 'call', id: '1', ...readingCall(tools, path) },
    ],
  };
}

/** Reads the file with the tool for it, else with a shell. */
function readingCall(tools: readonly Tool[], path: string): { name: string; arguments: string } {
  const reads = tools.find(({ name }) => /^read(_?file)?$/i.test(name));
  const shell = tools.find(({ name }) => /^(bash|shell|shell_command|exec_command|exec)$/i.test(name));
  const tool = reads ?? shell;
  must(tool, `no tool reads files: ${tools.map(({ name }) => name).join()}`);
  const member = Object.keys(tool.properties).find((name) => (reads ? /path$/i : /^(command|cmd)$/).test(name));
  must(member, `${tool.name} has no such member: ${Object.keys(tool.properties).join()}`);
  const list = !reads && String(tool.properties[member]!.type).toLowerCase() === 'array';
  const value = reads ? path : list ? ['cat', path] : `cat ${path}`;
  return { name: tool.name, arguments: JSON.stringify({ [member]: value }) };
}

function toolsOf({ kind, body }: Pick<Call, 'kind' | 'body'>): Tool[] {
  // biome-ignore lint/suspicious/noExplicitAny: a list in a provider's body, which the double has checked
  const list = (value: unknown): any[] => (Array.isArray(value) ? value : []);
  const tool = (name: string, schema: { properties?: Tool['properties'] } | undefined): Tool => ({
    name,
    properties: schema?.properties ?? {},
  });
  switch (kind) {
    case 'openai-chat':
      return list(body.tools).map(({ function: made }) => tool(made.name, made.parameters));
    case 'openai-responses':
      return list(body.tools)
        .filter(({ type }) => type === 'function')
        .map(({ name, parameters }) => tool(name, parameters));
    case 'anthropic-messages':
      return list(body.tools).map(({ name, input_schema }) => tool(name, input_schema));
    case 'gemini':
      return list(body.tools)
        .flatMap(({ functionDeclarations }) => list(functionDeclarations))
        .map(({ name, parameters, parametersJsonSchema }) => tool(name, parameters ?? parametersJsonSchema));
    case 'bedrock-converse':
      return list(body.toolConfig?.tools)
        .filter(({ toolSpec }) => toolSpec)
        .map(({ toolSpec }) => tool(toolSpec.name, toolSpec.inputSchema?.json));
  }
}
