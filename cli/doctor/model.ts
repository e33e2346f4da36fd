import { offeredModels } from '../offered-models.ts';
import { chooseModel } from '../probe/choose-model.ts';
import { probe } from '../probe/probe.ts';
import { preference } from '../settings.ts';
import { type Check, fail, failed, notChecked, pass } from './check.ts';
import type { Examination } from './examination.ts';

/** Does the server offer a model, and the preferred one? */
export async function checkModel(known: Examination): Promise<Check[]> {
  const { context, offline, reachable, key } = known;
  if (offline) return [];
  if (!reachable) return [notChecked('model', 'no gateway answers')];
  try {
    const preferred = preference(context.settings, 'default_model').value;
    if (preferred === null) {
      const offered = await offeredModels(context);
      if (offered.length === 0)
        return [fail('model', 'The server offers no model: it has no provider key.', 'gateway init')];
      known.model = await chooseModel(context, 'openai', key ?? '');
      return [pass('model', `${offered.length} models are offered, ${known.model} among them.`)];
    }
    const { data } = { data: await offeredModels(context) };
    if (!data.some(({ id }) => id === preferred || id.endsWith(`/${preferred}`)))
      return [fail('model', `The preferred model ${preferred} is not offered.`, 'gateway config unset default_model')];
    known.model = String(preferred);
    return [pass('model', `${preferred} is offered, as preferred.`)];
  } catch (error) {
    return [failed('model', error)];
  }
}

/** Does one token come back? It is a real request, and is paid for. */
export async function checkRequest({ context, offline, request, model, key, keyWorks }: Examination): Promise<Check[]> {
  if (offline || !request) return [];
  if (!key || !keyWorks) return [notChecked('request', 'there is no API key that works')];
  if (!model) return [notChecked('request', 'there is no model to ask')];
  try {
    const { model: by, latency_ms, cost_usd } = await probe(context, { model, format: 'openai', stream: false, key });
    const cost = cost_usd === null ? 'for nothing that is known' : `for ${cost_usd} USD`;
    return [pass('request', `${by} answered in ${latency_ms} ms, ${cost}.`)];
  } catch (error) {
    return [failed('request', error)];
  }
}
