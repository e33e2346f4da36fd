import { afterAll, expect, test } from 'vitest';
import { qclaw } from '../../../cli/integrations/qclaw.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { KEY } from '../setup/world.ts';
import { somewhere, URL, wiringOf } from './situation.ts';

afterAll(forgetHomes);

test('a person is told every value but the key', () => {
  const at = somewhere();
  const steps = qclaw.manual!(at, wiringOf(qclaw, at, 'openai/gpt-5')).join('\n');
  for (const value of [`${URL}/v1`, 'openai/gpt-5', 'gateway setup qclaw --copy key']) expect(steps).toContain(value);
  expect(steps).not.toContain(KEY);
});
