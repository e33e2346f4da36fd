import { alibaba } from './alibaba.ts';
import { anthropic } from './anthropic.ts';
import { awsBedrock } from './aws-bedrock.ts';
import { azure } from './azure.ts';
import { cerebras } from './cerebras.ts';
import { deepseek } from './deepseek.ts';
import { fireworks } from './fireworks.ts';
import { googleAiStudio } from './google-ai-studio.ts';
import { googleVertex } from './google-vertex.ts';
import { groq } from './groq.ts';
import { minimax } from './minimax.ts';
import { mistral } from './mistral.ts';
import { moonshot } from './moonshot.ts';
import { nebius } from './nebius.ts';
import { novita } from './novita.ts';
import { openai } from './openai.ts';
import { perplexity } from './perplexity.ts';
import { togetherAi } from './together-ai.ts';
import { vertexAnthropic } from './vertex-anthropic.ts';
import { xai } from './xai.ts';
import { zai } from './zai.ts';

const PROVIDERS = [
  alibaba,
  anthropic,
  cerebras,
  deepseek,
  fireworks,
  googleAiStudio,
  groq,
  minimax,
  mistral,
  moonshot,
  nebius,
  novita,
  openai,
  perplexity,
  togetherAi,
  xai,
  zai,
  awsBedrock,
  azure,
  googleVertex,
  vertexAnthropic,
];

/** Every offer, in no order that means anything. */
export const allOffers = () => PROVIDERS.flatMap((offers) => offers());
