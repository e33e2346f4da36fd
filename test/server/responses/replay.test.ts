import { expect, test } from 'vitest';
import { answerItems } from '../../../server/responses/replay.ts';

test('a kept thought goes back in its encrypted form alone, with its id where OpenAI takes it', () => {
  const thought = (id: string) => ({
    type: 'reasoning',
    id,
    status: 'completed',
    summary: [],
    encrypted_content: 'gA',
  });
  const output = [thought('rs_1'), thought('think_1'), { type: 'reasoning', id: 'rs_2', summary: [] }];
  const back = { type: 'reasoning', summary: [], encrypted_content: 'gA' };
  expect(answerItems({ response: JSON.stringify({ output }) })).toEqual([{ ...back, id: 'rs_1' }, back]);
});
