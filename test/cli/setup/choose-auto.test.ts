import { afterAll, expect, test } from 'vitest';
import { openclaw } from '../../../cli/integrations/openclaw.ts';
import type { Model } from '../../../cli/offered-models.ts';
import { chooseModels } from '../../../cli/setup/choose-models.ts';
import { forgetHomes } from '../../helpers/cli.ts';
import { somewhere, wiringOf } from '../integrations/situation.ts';
import { MODELS } from './world.ts';

afterAll(forgetHomes);

const AUTO = {
  ...MODELS[2],
  id: 'auto',
  name: 'Auto',
  provider: 'gateway',
  created: 0,
  pricing: null,
} as unknown as Model;
const OFFERED = [...(MODELS as unknown as Model[]), AUTO];
const TOOL = { title: 'A tool', format: 'openai' } as const;

test('auto is not what a tool starts with while there is another model', () => {
  const { model, smallModel, models } = chooseModels(OFFERED, TOOL);
  expect([model.id, smallModel.id]).not.toContain('auto');
  expect(models).toContain(AUTO);
});

test('auto is taken where it is the only one', () => {
  expect(chooseModels([AUTO], TOOL)).toEqual({ model: AUTO, smallModel: AUTO, models: [AUTO] });
});

test('with auto asked for, what is small is left to it, too', () => {
  expect(chooseModels(OFFERED, TOOL, 'auto')).toMatchObject({ model: AUTO, smallModel: AUTO });
});

test('OpenClaw starts with auto when that is asked for', async () => {
  const at = somewhere();
  const chosen = chooseModels(OFFERED, openclaw, 'auto');
  const [file] = await openclaw.files!(at, { ...wiringOf(openclaw, at), ...chosen });
  const valueAt = (path: string) =>
    file!.changes.find((change) => JSON.stringify(change.path) === JSON.stringify(path.split('.')))!.value;
  expect(valueAt('agents.defaults.model')).toEqual({ primary: 'gateway/auto' });
  const { models } = valueAt('models.providers.gateway') as { models: { id: string }[] };
  const free = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  expect(models.find(({ id }) => id === 'auto')).toMatchObject({ cost: free, contextWindow: 400_000 });
});
