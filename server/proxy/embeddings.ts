import { invalid, readModel } from '../dialects/body-checks.ts';
import {
  type GeminiCall,
  readGemini,
  readGeminiAnswer,
  writeGemini,
  writeGeminiAnswer,
} from '../dialects/embeddings/gemini.ts';
import {
  openAiTokens,
  readOpenAi,
  readOpenAiAnswer,
  wantsPacked,
  writeOpenAi,
  writeOpenAiAnswer,
} from '../dialects/embeddings/openai.ts';
import type { EmbeddingAnswer, EmbeddingRequest } from '../dialects/embeddings/request.ts';
import { readPrediction, writePredict } from '../dialects/embeddings/vertex.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { findMember, type Scan, splice } from '../dialects/json-scan.ts';
import { type JsonObject, parseJson, toJson } from '../dialects/lossless.ts';
import type { TokenUsage } from '../dialects/neutral.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { addToObject, findUsage } from '../dialects/usage-splice.ts';
import type { Target } from '../routing/plan.ts';
import { objectIn, type Unary, type UnaryAnswer, type UnaryCall } from './unary.ts';

/** What providers speak, told by the path of their completions. */
type Way = 'openai' | 'gemini' | 'predict';
type Writer = (answer: EmbeddingAnswer, usage: TokenUsage, cost: string) => string;

const EMBEDDINGS = { capability: 'embeddings', lacks: 'makes no embeddings.' };
/** Gemini's first embedding models answer at Vertex to `:predict` alone; later ones take Gemini's own call there, too. */
const BY_PREDICTION = /^(?:gemini-embedding-001|text-|textembedding)/;

const EMPTY_LIST = /^\[\s*\]$/;

/** POST /v1/embeddings, in OpenAI's shape. */
export const openAiEmbeddings: Unary = {
  ...EMBEDDINGS,
  format: 'openai-embeddings',
  dialect: openaiChat,
  read(scan) {
    const model = readModel(scan);
    const input = findMember(scan, 'input');
    if (!input) throw invalid('input', 'Missing required parameter: input.');
    if (
      EMPTY_LIST.test(scan.bytes.toString('latin1', input.valueStart, Math.min(input.valueEnd, input.valueStart + 16)))
    )
      throw invalid('input', 'input must not be empty.');
    return {
      model,
      textBytes: scan.textBytes + tokenBytes(scan),
      prepare(target) {
        const way = wayOf(target);
        const { providerModel } = target.offer;
        if (way === 'openai') {
          const sent = splice(scan, new Map([['model', JSON.stringify(providerModel)]]));
          return { ...atOpenAi(sent), same: true, read: passedOn };
        }
        const body = objectOf(scan);
        const packed = wantsPacked(body);
        return translated(target, readOpenAi(body), way, (answer, { input }, cost) =>
          writeOpenAiAnswer(answer, { model: providerModel, packed, tokens: input, cost }),
        );
      },
    };
  },
};

/** `models/<model>:embedContent` and `:batchEmbedContents`, in Gemini's shape. */
export function geminiEmbeddings(model: string, call: GeminiCall): Unary {
  return {
    ...EMBEDDINGS,
    format: 'gemini-embeddings',
    dialect: gemini,
    read(scan) {
      if (model === '') throw invalid('model', 'The path names no model.');
      const body = objectOf(scan);
      const request = readGemini(body, call);
      const write: Writer = (answer, { input }, cost) => writeGeminiAnswer(answer, { call, tokens: input, cost });
      return {
        model,
        textBytes: scan.textBytes,
        prepare(target) {
          const way = wayOf(target);
          if (way !== 'gemini') return translated(target, request, way, write);
          const { providerModel } = target.offer;
          return {
            ...atGemini(providerModel, call, renamed(scan, body, providerModel)),
            same: true,
            read: geminiPassed,
          };
        },
      };
    },
  };
}

/** Tokens stand there without quotes: what they weigh as text. One is five digits and a comma, and stands for four bytes. */
function tokenBytes({ bytes, members }: Scan): number {
  const { valueStart, valueEnd } = members.find(({ key }) => key === 'input')!;
  const quote = bytes.indexOf('"', valueStart);
  return quote >= 0 && quote < valueEnd ? 0 : Math.ceil(((valueEnd - valueStart) * 2) / 3);
}

function wayOf({ upstream, offer }: Target): Way {
  if (!upstream.formats.includes('gemini')) return 'openai';
  const path = upstream.provider.formats.gemini!;
  const at = typeof path === 'string' ? path : path({ model: offer.providerModel, stream: false, settings: {} });
  return at.includes('publishers/') && BY_PREDICTION.test(offer.providerModel) ? 'predict' : 'gemini';
}

function atOpenAi(body: Buffer): Pick<UnaryCall, 'format' | 'path' | 'body'> {
  return { format: 'openai-chat', path: (path) => path.replace('/chat/completions', '/embeddings'), body };
}

function atGemini(model: string, act: string, body: Buffer): Pick<UnaryCall, 'format' | 'path' | 'body'> {
  const path = (of: string) => of.replace(/\/models\/[^?]*/, `/models/${encodeURIComponent(model)}:${act}`);
  return { format: 'gemini', path, body };
}

function translated(target: Target, request: EmbeddingRequest, way: Way, write: Writer): UnaryCall {
  const model = target.offer.providerModel;
  const read = (parse: (body: JsonObject) => EmbeddingAnswer | undefined) => (body: Buffer) => {
    const object = objectIn(body);
    const answer = object && parse(object);
    return (
      answer && {
        usage: answer.usage,
        write: (usage: TokenUsage, cost: string) => [Buffer.from(write(answer, usage, cost))],
      }
    );
  };
  if (way === 'openai')
    return { ...atOpenAi(bytesOf(writeOpenAi(request, model))), same: false, read: read(readOpenAiAnswer) };
  if (way === 'predict')
    return { ...atGemini(model, 'predict', bytesOf(writePredict(request))), same: false, read: read(readPrediction) };
  const { call, body } = writeGemini(request, model);
  return { ...atGemini(model, call, bytesOf(body)), same: false, read: read(readGeminiAnswer) };
}

/** OpenAI's own answer: its bytes, with the cost in `usage`. */
function passedOn(body: Buffer): UnaryAnswer | undefined {
  if (!body.includes('"data"')) return undefined;
  const span = findUsage(body);
  const usage = span && openAiTokens(JSON.parse(body.toString('utf8', span.start, span.end)));
  return {
    usage,
    write(counted, cost) {
      if (span && usage) return [addToObject(body, span, cost)];
      return withMember(body, `"usage":{"prompt_tokens":${counted.input},"total_tokens":${counted.input},${cost}}`);
    },
  };
}

/** Gemini's own answer: its bytes, with tokens and cost in `usageMetadata`. */
function geminiPassed(body: Buffer): UnaryAnswer | undefined {
  const object = objectIn(body);
  const answer = object && readGeminiAnswer(object);
  if (!answer) return undefined;
  const span = findUsage(body, 'usageMetadata');
  return {
    usage: answer.usage,
    write(counted, cost) {
      if (span && answer.usage) return [addToObject(body, span, cost)];
      return withMember(
        body,
        `"usageMetadata":{"promptTokenCount":${counted.input},"totalTokenCount":${counted.input},${cost}}`,
      );
    },
  };
}

/** A body with one more member at its end. */
function withMember(body: Buffer, member: string): (Buffer | string)[] {
  const end = body.lastIndexOf('}');
  return [body.subarray(0, end), `,${member}`, body.subarray(end)];
}

/** Each request of a batch names the model, too: the bytes stay where that is the provider's own name already. */
function renamed(scan: Scan, body: JsonObject, model: string): Buffer {
  const name = `models/${model}`;
  if (!Array.isArray(body.requests))
    return findMember(scan, 'model') ? splice(scan, new Map([['model', JSON.stringify(name)]])) : scan.bytes;
  const requests = body.requests as JsonObject[];
  if (requests.every((request) => request.model === name)) return scan.bytes;
  return bytesOf({ ...body, requests: requests.map((request) => ({ ...request, model: name })) });
}

function objectOf(scan: Scan): JsonObject {
  return parseJson(scan.bytes.toString('utf8', scan.start, scan.end)) as JsonObject;
}

function bytesOf(body: JsonObject): Buffer {
  return Buffer.from(toJson(body));
}
