import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { createUpstreams } from '../../../server/providers/upstreams.ts';
import { openSharedMemory, REDIS_PREFIX } from '../../../server/store/redis.ts';
import { startRedis } from '../../helpers/redis.ts';

const CHANNEL = `${REDIS_PREFIX}provider-keys:1`;
const log = pino({ level: 'silent' });

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Two processes of one configuration, and an organisation with keys of its own. */
async function twoProcesses() {
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const config = readConfig({ REDIS_URL: redis.url, LLM_OPENAI_API_KEY: 'sk-first,sk-second' }, '/nowhere');
  const processes = [1, 2].map(() => {
    const shared = openSharedMemory({ config, log })!;
    closers.push(() => shared.close());
    const upstreams = createUpstreams(config, '0', log, shared);
    const own = { provider: 'openai', baseUrl: undefined, fenced: true, storedId: 'pvk_1' };
    upstreams.replace('org_1', [{ ...own, credential: { key: 'sk-own', settings: {} } }]);
    const health = (organization = '') =>
      upstreams
        .of(organization)
        .get('openai')!
        .keys()
        .map((key) => key.health);
    return { shared, upstreams, health };
  });
  const [one, other] = [processes[0]!, processes[1]!];
  await expect
    .poll(async () => one.shared.redis.status === 'ready' && (await one.shared.redis.call('PUBSUB', 'NUMSUB', CHANNEL)))
    .toEqual([CHANNEL, 2]);
  return { one, other };
}

test('a key that one process sets aside is set aside in all, and good again in all', async () => {
  const { one, other } = await twoProcesses();
  const upstream = one.upstreams.get('openai')!;
  const [, second] = upstream.keys();
  upstream.failed(second!.id, 'unauthorized');
  await expect.poll(() => other.health()).toEqual(['ok', 'set_aside']);
  expect(other.health('org_1')).toEqual(['ok']);
  other.upstreams.get('openai')!.answered(second!.id);
  await expect.poll(() => one.health()).toEqual(['ok', 'ok']);
});

test("a rate limit of an organisation's own key holds in all, and what is no change of ours changes nothing", async () => {
  const { one, other } = await twoProcesses();
  for (const text of ['', '{}', '{"from":"x","scope":"","provider":"openai","id":"y","reason":"because","forMs":1}'])
    one.shared.publish('provider-keys:1', text);
  const upstream = one.upstreams.of('org_1').get('openai')!;
  upstream.failed(upstream.keys()[0]!.id, 'rate_limited', 60);
  await expect.poll(() => other.health('org_1')).toEqual(['cooling']);
  expect(other.health()).toEqual(['ok', 'ok']);
});
