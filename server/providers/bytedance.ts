import { openaiCompatible, type Settings } from './provider.ts';

const BASES: Readonly<Record<string, string>> = {
  'ap-southeast': 'https://ark.ap-southeast.bytepluses.com/api/v3',
  'eu-west': 'https://ark.eu-west.bytepluses.com/api/v3',
  beijing: 'https://ark.cn-beijing.volces.com/api/v3',
};
const REGION = 'ap-southeast';

/** Source: the BytePlus ModelArk (Volcengine Ark) API reference, "Chat API" and "Deep thinking". */
export const bytedance = openaiCompatible('bytedance', 'ByteDance ModelArk', baseUrl, {
  version: '/api/v3',
  anyModel: true,
  settings: { region: { about: `One of ${Object.keys(BASES).join(', ')}.`, default: REGION } },
  chat: { reasoning: 'thinking', reasoningBack: 'reasoning_content', developerRole: false },
});

function baseUrl({ region = REGION }: Settings): string {
  return BASES[region] ?? BASES[REGION]!;
}
