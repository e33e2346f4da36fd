import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anthropic } from '../../../../server/catalog/offers/anthropic.ts';
import { anthropicMessages } from '../../../../server/dialects/anthropic-messages/index.ts';
import { scanObject, splice, splicePieces } from '../../../../server/dialects/json-scan.ts';
import type { BodyChanges } from '../../../../server/dialects/neutral.ts';
import { anthropic as provider } from '../../../../server/providers/anthropic.ts';

const OFFER = anthropic()[0]!;
const LONG = 'word "quoted" \\n '.repeat(400);
const long = JSON.stringify(LONG);
const MARK = '"cache_control":{"type":"ephemeral"}';
const HOUR = '"cache_control":{"type":"ephemeral","ttl":"1h"}';

function rewrite(body: string, changes: Partial<BodyChanges> = {}): string | undefined {
  const scan = scanObject(Buffer.from(body));
  const facts = anthropicMessages.read(scan, {});
  const edits = anthropicMessages.rewrite(scan, facts, {
    model: 'claude-sonnet-4-5',
    maxOutputTokens: undefined,
    provider,
    offer: OFFER,
    cacheMarks: true,
    ...changes,
  });
  return edits && splice(scan, edits).toString();
}

const bodyOf = (members: string) => `{"model":"claude-sonnet-4-5","max_tokens":10,${members}}`;

it('fast mode is refused, as its price is not the listed one; where no price is known it travels', () => {
  const body = (speed: string) => bodyOf(`"messages":[{"role":"user","content":"a"}],"speed":${speed}`);
  expect(() => rewrite(body('"fast"'))).toThrow('leave speed out');
  for (const speed of ['"standard"', 'null']) expect(rewrite(body(speed))).toBe(body(speed));
  expect(rewrite(body('"fast"'), { offer: { ...OFFER, priceUnknown: true } })).toBe(body('"fast"'));
});

describe('a Messages body on its way to Anthropic', () => {
  it('stays byte for byte what it was where nothing is long', () => {
    const body = bodyOf(' "future" : 9007199254740993 , "system":"Hi","messages":[ {"role":"user","content":"x"} ]');
    expect(rewrite(body)).toBe(body);
  });

  it('gets marks on a long system text and a long user text, and on nothing else', () => {
    expect(rewrite(bodyOf(`"system":${long},"messages":[{"role":"user","content":${long}, "x":1e400}]`))).toBe(
      bodyOf(
        `"system":[{"type":"text","text":${long},${MARK}}],"messages":[{"role":"user","content":[{"type":"text","text":${long},${MARK}}], "x":1e400}]`,
      ),
    );
  });

  it('gets them on the last blocks that can bear one, of the last two long user messages', () => {
    const user = (mark: string, text = long) =>
      `{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":${text}${mark}},{"type":"text","text":""}]}`;
    const answer = `{"role":"assistant","content":${long}}`;
    const body = (mark: string, first: string, last: string) =>
      bodyOf(
        `"system":[{"type":"text","text":"a"},{"text":${long},"type":"text" ${mark}}],"messages":[${user('')},${answer},${user(first)},${answer},${user(last)},${answer},${user('', '"short"')}]`,
      );
    expect(rewrite(body('', '', ''))).toBe(body(`,${MARK}`, `,${MARK}`, `,${MARK}`));
  });

  it('gets none on a picture that is long in bytes alone', () => {
    const picture = `{"type":"image","source":{"type":"base64","media_type":"image/png","data":"${'iVBORw0KGgo'.repeat(9000)}"}}`;
    const body = bodyOf(`"messages":[{"role":"user","content":[${picture}]}]`);
    expect(rewrite(body, { model: 'claude-opus-4-6' })).toBe(body.replace('sonnet-4-5', 'opus-4-6'));
  });

  it('gets none where the caller has one of an hour among the messages, or at the top', () => {
    const inside = bodyOf(
      `"system":${long},"messages":[{"role":"user","content":[{"type":"text","text":"x",${HOUR}}]}]`,
    );
    expect(rewrite(inside)).toBe(inside);
    const top = bodyOf(`${HOUR},"system":${long},"messages":[{"role":"user","content":${long}}]`);
    expect(rewrite(top)).toBe(top);
  });

  it('gets one behind an hour on the system prompt, and leaves marked messages alone', () => {
    const body = (mark: string) =>
      bodyOf(
        `"system":[{"type":"text","text":${long},${HOUR}}],"messages":[{"role":"user","content":[{"type":"text","text":${long}${mark}}]},{"role":"user","content":[{"type":"text","text":${long},${MARK}}]}]`,
      );
    expect(rewrite(body(''))).toBe(body(`,${MARK}`));
  });

  it("has four marks at most, the caller's own included", () => {
    const tools = [1, 2, 3].map((at) => `{"name":"t${at}","input_schema":{},${MARK}}`).join();
    const sent = rewrite(bodyOf(`"tools":[${tools}],"system":${long},"messages":[{"role":"user","content":${long}}]`))!;
    expect(sent.split('"cache_control"')).toHaveLength(5);
    expect(sent).toContain(`"system":[{"type":"text","text":${long},${MARK}}]`);
  });

  it('gets none for a model that is not Claude', () => {
    const body = `{"model":"claude-x","max_tokens":1,"system":${long},"messages":[{"role":"user","content":"x"}]}`;
    expect(rewrite(body, { model: 'deepseek-chat' })).toBe(body.replace('claude-x', 'deepseek-chat'));
  });

  it('loses all marks where the project wants none, but no argument of that name', () => {
    const schema = `{"type":"object","properties":{"cache_control":{"type":"string"}},"required":["cache_control"]}`;
    const input = `{"cache_control":{"type":"ephemeral"},"content":[{"cache_control":1}]}`;
    const body = (mark: (text: string, before?: boolean) => string) =>
      bodyOf(
        `${mark(`${HOUR},`)}"tools":[{"name":"t","input_schema":${schema}${mark(`,${MARK}`)}}],"system":[{${mark(`${HOUR}, `)}"type":"text","text":"a"}],"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"t","input":${input}${mark(` , "cache_control" : null`)} }]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t"${mark(`,${MARK}`)},"content":[{"type":"text","text":"\\"cache_control\\":1"${mark(`,${MARK}`)}},{"type":"document","source":{"type":"content","content":[{"type":"text"${mark(`,${MARK}`)},"text":"x"}]}}]}]}]`,
      );
    expect(
      rewrite(
        body((text) => text),
        { cacheMarks: false },
      ),
    ).toBe(body(() => ''));
  });

  it('keeps a budget for thinking below a limit that was lowered', () => {
    const body = (limit: number, thinking: string) =>
      `{"model":"claude-sonnet-4-5","max_tokens":${limit},"thinking":${thinking},"messages":[{"role":"user","content":"x"}]}`;
    const asked = body(32_000, '{"type":"enabled","budget_tokens":31999}');
    expect(rewrite(asked)).toBe(asked);
    expect(rewrite(asked, { maxOutputTokens: 5000 })).toBe(body(5000, '{"type":"enabled","budget_tokens":4999}'));
    expect(rewrite(asked, { maxOutputTokens: 900 })).toBe(body(900, '{"type":"disabled"}'));
  });

  it.each([
    [
      'a signature of another provider',
      '{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gw1.e30"}]}',
    ],
    [
      'a thought without a signature',
      '{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":""}]}',
    ],
    [
      'a hidden thought of another provider',
      '{"role":"assistant","content":[{"type":"redacted_thinking","data":"gw1.e30"}]}',
    ],
    ['a system message inside', '{"content":"Be brief.", "role" : "system"}'],
  ])('is told anew for %s', (_what, message) => {
    expect(rewrite(bodyOf(`"messages":[{"role":"user","content":"x"},${message}]`))).toBeUndefined();
  });

  it('is not told anew for a system message that the model takes, or that is only spoken of', () => {
    const inside = bodyOf('"messages":[{"role":"user","content":"x"},{"role":"system","content":"y"}]');
    expect(rewrite(inside, { model: 'claude-opus-5-5' })).toBe(inside.replace('sonnet-4-5', 'opus-5-5'));
    const spoken = bodyOf(
      '"messages":[{"role":"user","content":"\\"role\\":\\"system\\""},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"t","input":{"role":"system"}}]}]',
    );
    expect(rewrite(spoken)).toBe(spoken);
  });

  it('is not told anew for a tool whose input, or a text, only looks like a thought of another maker', () => {
    const input = '{"signature":"","type":"thinking","data":"gw1.e30"}';
    const body = bodyOf(
      `"messages":[{"role":"user","content":"gw1.e30"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"EqQB"},{"type":"tool_use","id":"t","name":"t","input":${input}}]}]`,
    );
    expect(rewrite(body)).toBe(body);
  });

  it('is told anew to a cloud that serves the model without them', () => {
    const inside = bodyOf('"messages":[{"role":"user","content":"x"},{"role":"system","content":"y"}]');
    const vertex = { ...provider, name: 'google-vertex' };
    expect(rewrite(inside, { model: 'claude-opus-5-5', provider: vertex })).toBeUndefined();
  });

  it("passes Claude Code's body through but for the model", () => {
    const body = readFileSync(new URL('../../../fixtures/anthropic/claude-code-request.json', import.meta.url), 'utf8');
    expect(rewrite(body, { model: 'claude-opus-5-5' })).toBe(body.trimEnd().replace('"gpt-5.4"', '"claude-opus-5-5"'));
  });

  it('takes little time for megabytes', () => {
    const text = JSON.stringify('A line of code; and more of it.\n'.repeat(4000));
    const turns = Array.from(
      { length: 20 },
      () =>
        `{"role":"user","content":[{"type":"text","text":${text}}]},{"role":"assistant","content":[{"type":"text","text":${text}}]}`,
    );
    const body = Buffer.from(bodyOf(`"system":${text},"messages":[${turns.join()},{"role":"user","content":"x"}]`));
    const scan = scanObject(body);
    const facts = anthropicMessages.read(scan, {});
    const changes = {
      model: 'claude-sonnet-4-5',
      maxOutputTokens: undefined,
      provider,
      offer: OFFER,
      cacheMarks: true,
    };
    expect(body.length).toBeGreaterThan(4_000_000);
    const spliced = fastest(() => splicePieces(scan, anthropicMessages.rewrite(scan, facts, changes)!));
    const rebuilt = fastest(() => Buffer.from(JSON.stringify(JSON.parse(body.toString()))));
    expect(spliced).toBeLessThan(rebuilt);
  });
});

/** Milliseconds of the fastest of some runs. */
function fastest(run: () => unknown): number {
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}
