import type { ProviderSide } from '../translation.ts';
import { converseFailure } from './failure.ts';
import { readAnswer } from './read-answer.ts';
import { ConverseSource } from './source.ts';
import { writeRequest } from './write-request.ts';

/** Amazon Bedrock's Converse, behind only. Source: the Bedrock API reference, "Converse" and "ConverseStream". */
export const provider: ProviderSide = {
  format: 'bedrock-converse',
  writeRequest,
  readAnswer,
  createSource: (asked) => new ConverseSource(asked),
  failure: converseFailure,
};
