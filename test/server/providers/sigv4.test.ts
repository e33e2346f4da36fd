import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect, test } from 'vitest';
import { signV4 } from '../../../server/providers/sigv4.ts';
import { startUpstream } from '../../helpers/upstream.ts';
import { awsSignature } from './verify-sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET };
const NOW = new Date('2015-08-30T12:36:00Z');

/** From AWS' signature version 4 test suite, all for `AKIDEXAMPLE/20150830/us-east-1/service`. */
const VECTORS: [name: string, method: string, path: string, signature: string][] = [
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
];

test.each(VECTORS)("the tests' own verifier agrees with AWS (%s)", (_name, method, path, signature) => {
  const headers = {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
  expect(awsSignature({ method, path, headers, body: '' }, SECRET).computed).toBe(signature);
});

test.each([
  ['/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse', 'keys', undefined],
  ['/model/amazon.nova-pro-v1%3A0/converse-stream', 'temporary keys', 'IQoJb3JpZ2luX2VjEXAMPLE=='],
])('a call to %s is signed by %s as AWS computes it', async (path, _what, sessionToken) => {
  const url = new URL(`https://bedrock-runtime.us-east-1.amazonaws.com${path}`);
  const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"Grüße 世界"}]}]}');
  const before = { 'content-type': 'application/json', 'user-agent': 'gateway/0' };
  const more = await signV4(
    { method: 'POST', url, headers: before, body },
    { ...KEYS, ...(sessionToken && { sessionToken }) },
    { service: 'bedrock', region: 'us-east-1' },
    NOW,
  );
  expect(more['x-amz-security-token']).toBe(sessionToken);
  expect(more.authorization).toContain('Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request');
  expect(more.authorization).toContain('content-type;host;x-amz-content-sha256;x-amz-date');
  const headers = { ...before, ...more, host: url.host };
  const { sent, computed } = awsSignature({ method: 'POST', path, headers, body }, SECRET);
  expect(sent).toBe(computed);
  expect(
    awsSignature({ method: 'POST', path, headers, body: Buffer.concat([body, Buffer.from(' ')]) }, SECRET).computed,
  ).not.toBe(sent);
});

test('the SDK signs the same way', async () => {
  const upstream = await startUpstream();
  upstream.respond = (_seen, response) => {
    response.writeHead(400).end('{}');
  };
  const client = new BedrockRuntimeClient({
    endpoint: upstream.url,
    region: 'us-east-1',
    credentials: KEYS,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  await client.send(new ConverseCommand({ modelId, messages: [] })).catch(() => undefined);
  const { path, headers, body } = upstream.seen[0]!;
  const { sent, computed } = awsSignature({ method: 'POST', path, headers, body }, SECRET);
  expect(sent).toBe(computed);
  client.destroy();
  await upstream.close();
});
