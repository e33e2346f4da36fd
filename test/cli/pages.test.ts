/** Lists of several pages, from servers that give them and from one that never ends. */
import { expect, test } from 'vitest';
import { everyPage } from '../../cli/api/every-page.ts';
import type { Context } from '../../cli/context.ts';
import { list } from '../../cli/pages.ts';
import { listKeys } from '../../shared/contracts/keys.ts';

interface Asked {
  query: { limit: number; cursor?: string };
}

/** A command whose server gives one row a page. */
function asking(cursorAfter: (page: number) => string | null) {
  const asked: Asked['query'][] = [];
  const call = async (_contract: unknown, { query }: Asked) => {
    asked.push(query);
    return { data: [asked.length], next_cursor: cursorAfter(asked.length) };
  };
  return { asked, context: { call } as unknown as Context };
}

const endless = (page: number) => `c${page}`;

test('every page is asked for once, each with the cursor of the one before', async () => {
  const { asked, context } = asking((page) => (page < 3 ? `c${page}` : null));
  expect(await list(context, listKeys, {})).toEqual([1, 2, 3]);
  expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'c1', 'c2']);
});

test('no more pages are asked for than are needed', async () => {
  const { asked, context } = asking(endless);
  expect(await list(context, listKeys, {}, 2)).toEqual([1, 2]);
  expect(asked.map(({ limit }) => limit)).toEqual([2, 1]);
});

test('a cursor that comes twice is not asked for again', async () => {
  const { asked, context } = asking((page) => `c${page % 2}`);
  await expect(list(context, listKeys, {})).rejects.toMatchObject({
    code: 'bad_response',
    message: '/api/v1/me/keys names the same next page twice.',
  });
  expect(asked).toHaveLength(3);
});

test('a list that never ends is given up', async () => {
  const { asked, context } = asking(endless);
  await expect(list(context, listKeys, {})).rejects.toMatchObject({
    code: 'bad_response',
    message: '/api/v1/me/keys has no end: it names one more page after 1000.',
  });
  expect(asked).toHaveLength(1_000);
});

test('so is one whose path was given', async () => {
  let asked = 0;
  const get = async () => ({ data: [], next_cursor: endless(asked++) });
  await expect(everyPage('/api/v1/me/keys?all=1', get)).rejects.toMatchObject({
    code: 'bad_response',
    message: '/api/v1/me/keys has no end: it names one more page after 10000.',
  });
  expect(asked).toBe(10_000);
});
