import { findMember, type Member, type Scan, valueKind } from '../../dialects/json-scan.ts';
import type { RequestFacts } from '../../dialects/neutral.ts';
import { SEEN } from '../../dialects/seen.ts';
import { type Counts, count, wordsOf } from './lexicon.ts';
import { questionOf } from './question.ts';

/** What a request is like and what it needs, in any of the callers' formats. */
export interface Features {
  /** Estimated, of the whole request. */
  promptTokens: number;
  /** Estimated, of what was asked last. */
  askTokens: number;
  /** Different words of each kind in what was asked last. */
  counts: Counts;
  /** 0 to 1: how much of it looks like a program, or like formulas. */
  codeShape: number;
  mathShape: number;
  /** Lines of it that are items of a list. */
  listItems: number;
  questions: number;
  /** Elements of the conversation and results of tools among the last of them. */
  turns: number;
  toolResults: number;
  tools: boolean;
  /** A shape that the answer must have: a schema, or any JSON. */
  structured: 'schema' | 'json' | undefined;
  webSearch: boolean;
  images: boolean;
  documents: boolean;
  audio: boolean;
  /** Shares of the letters: not Latin, and Chinese, Japanese or Korean; of Latin ones those beyond ASCII count. */
  foreign: number;
  cjk: number;
}

/** UTF-8 bytes a token stands for. */
const BYTES_PER_TOKEN = 4;
const CJK_BYTES_PER_TOKEN = 3;

const TOOL_MEMBERS = ['tools', 'functions'];
const SHAPE_MEMBERS = [
  'response_format',
  'text',
  'output_config',
  'output_format',
  'generationConfig',
  'generation_config',
];
/** A schema is long, what it is stands in front or behind; more is not read. */
const MOST_SHAPE_BYTES = 65_536;
const SCHEMA = /"json_schema"|"response_?(?:json_?)?schema"/i;
const JSON_MODE = /"json_object"|"application\/json"/;
/** A search of the provider's own, as each format names it. */
const SEARCHES = ['"web_search', '"google_search', '"googleSearch'];
const TYPE_BEFORE = /"type"\s*:\s*$/;

const FENCE = /```|~~~/;
const CODE_LINE =
  /^\s*(?:def |class |import |from \w+ import|function\b|const |let |var |public |private |#include|package |func |fn |impl |select .+ from |if ?\(|for ?\(|while ?\(|return\b|[}\])];?$|at \w+.*\(.*:\d+\)|Traceback|[+-]{3} [ab]\/)/gim;
const CODE_SIGN = /[{};]|=>|->|==|\(\)|::|<\/\w/g;
const FORMULA =
  /\\(?:frac|int|sum|sqrt|lim|mathbb|begin|cdot|leq|geq)|\$[^$\n]{2,80}\$|[∑∫√≤≥≠∞∂∀∃∈π∏≡]|\b[a-z]\s*\^\s*[\da-z]|\d\s*[*^]\s*\d|\b[a-z]\s*=\s*[-\d(]|\bmod\s+\d|\b[a-z]\([a-z]\)\s*=/gi;
const LIST_ITEM = /^\s*(?:\d{1,2}[.)]|[-*•])\s+\S|[（(]\d[)）]|[①-⑨]/gm;
const QUESTION = /[?？؟](?:\s|$|[^\w])/g;

/** Reads the features of a request: a small and bounded part of its bytes is looked at. */
export function featuresOf(scan: Scan, facts: Pick<RequestFacts, 'textBytes'>): Features {
  const { text, bytes, turns, toolResults } = questionOf(scan);
  const { foreign, cjk } = lettersOf(text);
  const bytesPerToken = BYTES_PER_TOKEN - cjk * (BYTES_PER_TOKEN - CJK_BYTES_PER_TOKEN);
  return {
    promptTokens: Math.ceil(facts.textBytes / bytesPerToken),
    askTokens: Math.ceil(
      Math.min(bytes, facts.textBytes, Math.max(text.length * 3, text.length > 4000 ? bytes : 0)) / bytesPerToken,
    ),
    counts: count(text, wordsOf(text)),
    ...shapeOf(text),
    turns,
    toolResults,
    tools: TOOL_MEMBERS.some((key) => isFilled(scan, key)),
    structured: structuredOf(scan),
    webSearch: findMember(scan, 'web_search_options') !== undefined || searchesWeb(scan),
    images: (scan.seen & SEEN.image) !== 0,
    documents: (scan.seen & SEEN.document) !== 0,
    audio: (scan.seen & SEEN.audio) !== 0,
    foreign,
    cjk,
  };
}

function shapeOf(text: string): Pick<Features, 'codeShape' | 'mathShape' | 'listItems' | 'questions'> {
  const lines = matches(text, CODE_LINE);
  const signs = matches(text, CODE_SIGN);
  const dense = text.length === 0 ? 0 : Math.min(1, signs / (text.length / 25));
  return {
    codeShape: FENCE.test(text) ? 1 : Math.min(1, lines / 3 + (signs > 3 ? dense : 0)),
    mathShape: Math.min(1, matches(text, FORMULA) / 3),
    listItems: matches(text, LIST_ITEM),
    questions: matches(text, QUESTION),
  };
}

function matches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function lettersOf(text: string): { foreign: number; cjk: number } {
  let letters = 0;
  let foreign = 0;
  let cjk = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x41) continue;
    letters++;
    if (code < 0xc0) continue;
    foreign++;
    if ((code >= 0x3040 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af)) cjk++;
  }
  return letters === 0 ? { foreign: 0, cjk: 0 } : { foreign: foreign / letters, cjk: cjk / letters };
}

/** A list with something in it. */
function isFilled(scan: Scan, key: string): boolean {
  const member = findMember(scan, key);
  return member !== undefined && valueKind(scan, member) === '[' && member.valueEnd - member.valueStart > 4;
}

function structuredOf(scan: Scan): Features['structured'] {
  let json = false;
  for (const key of SHAPE_MEMBERS) {
    const member = findMember(scan, key);
    if (!member) continue;
    const text = textOf(scan, member);
    if (SCHEMA.test(text)) return 'schema';
    json ||= JSON_MODE.test(text);
  }
  return json ? 'json' : undefined;
}

function textOf({ bytes }: Scan, { valueStart, valueEnd }: Member): string {
  return bytes.toString('latin1', valueStart, Math.min(valueEnd, valueStart + MOST_SHAPE_BYTES));
}

/** Whether a tool is the provider's own search; a function of the caller's may be called the same. */
function searchesWeb(scan: Scan): boolean {
  const member = scan.seen & SEEN.webSearch ? findMember(scan, 'tools') : undefined;
  if (!member) return false;
  const tools = scan.bytes.subarray(member.valueStart, member.valueEnd);
  return SEARCHES.some((word) => {
    for (let at = tools.indexOf(word); at >= 0; at = tools.indexOf(word, at + 1)) {
      if (word.startsWith('"google') || TYPE_BEFORE.test(tools.toString('latin1', Math.max(0, at - 24), at)))
        return true;
    }
    return false;
  });
}
