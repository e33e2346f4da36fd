import { ANTHROPIC_HEADERS, openaiCompatible, type Settings } from './provider.ts';

/** Where a region is; keys are good in their own region alone. */
const HOSTS: Readonly<Record<string, string>> = {
  singapore: 'dashscope-intl.aliyuncs.com',
  us: 'dashscope-us.aliyuncs.com',
  beijing: 'dashscope.aliyuncs.com',
  hongkong: 'cn-hongkong.dashscope.aliyuncs.com',
};
/** Regions where a workspace has a host of its own. */
const WORKSPACE_REGIONS: Readonly<Record<string, string>> = {
  singapore: 'ap-southeast-1',
  frankfurt: 'eu-central-1',
  hongkong: 'cn-hongkong',
};
const WITH_ANTHROPIC = ['singapore', 'beijing'];
const REGION = 'singapore';

/**
 * Source: Alibaba Cloud Model Studio, "OpenAI compatible", "Select region", "Deep thinking" and "Anthropic API
 * compatibility" (which Singapore and Beijing have).
 */
export const alibaba = openaiCompatible('alibaba', 'Alibaba Cloud', baseUrl, {
  formats: { 'openai-chat': '/chat/completions', 'anthropic-messages': '^/apps/anthropic/v1/messages' },
  forward: ANTHROPIC_HEADERS,
  settings: {
    region: { about: `One of ${[...Object.keys(HOSTS), 'frankfurt'].join(', ')}.`, default: REGION },
    workspace: { about: 'The id of a workspace, for its own host; Frankfurt needs it.' },
  },
  speaks: (format, { region = REGION }) => format !== 'anthropic-messages' || WITH_ANTHROPIC.includes(region),
  chat: { reasoning: 'enable_thinking', developerRole: false },
});

function baseUrl({ region = REGION, workspace }: Settings): string {
  const own = workspace && WORKSPACE_REGIONS[region] && `${workspace}.${WORKSPACE_REGIONS[region]}.maas.aliyuncs.com`;
  return `https://${own || (HOSTS[region] ?? HOSTS[REGION])}/compatible-mode/v1`;
}
