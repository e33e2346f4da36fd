import { beforeAll, describe, expect, test } from 'vitest';
import { CONTRACTS } from '../../../server/api/contracts.ts';
import { openApiDocument } from '../../../server/api/openapi.ts';
import { errorRow } from '../../../shared/errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into as JSON.
type Json = any;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

describe('the OpenAPI document', () => {
  let document: Json;
  let operations: { path: string; method: string; operation: Json }[];
  beforeAll(() => {
    document = JSON.parse(JSON.stringify(openApiDocument('http://127.0.0.1:1')));
    operations = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      Object.entries<Json>(item).map(([method, operation]) => ({ path, method, operation })),
    );
  });

  test('is 3.1 with what the specification requires at the top', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document.servers).toEqual([{ url: 'http://127.0.0.1:1' }]);
  });

  test('describes every contract, and nothing else', () => {
    const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort();
    expect(described).toEqual(CONTRACTS.map(({ path, method }) => `${method} ${path}`).sort());
    expect(described).toContain('POST /api/v1/me/keys/{id}/roll');
    expect(operations.every(({ method }) => METHODS.includes(method))).toBe(true);
  });

  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z][A-Za-z0-9]+$/.test(id))).toBe(true);
  });

  test('every reference leads somewhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce((at: Json, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Key', 'KeyWithSecret', 'Log', 'Error']),
    );
  });

  test('every path parameter is declared and required, and no parameter twice', () => {
    for (const { path, operation } of operations) {
      const parameters: Json[] = operation.parameters ?? [];
      const inPath = parameters.filter((one) => one.in === 'path');
      expect(inPath.map((one) => one.name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
      expect(inPath.every((one) => one.required === true)).toBe(true);
      expect(
        parameters.every(
          (one) => ['path', 'query', 'header', 'cookie'].includes(one.in) && typeof one.schema === 'object',
        ),
      ).toBe(true);
      const names = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('every response has a description, and every failure is the envelope with an example for each code', () => {
    for (const { path, operation } of operations) {
      const codes = Object.keys(operation.responses);
      expect([path, codes.some((code) => code.startsWith('2'))]).toEqual([path, true]);
      for (const [code, response] of Object.entries<Json>(operation.responses)) {
        expect(response.description.length).toBeGreaterThan(0);
        if (code.startsWith('2')) continue;
        const { schema, examples } = response.content['application/json'];
        expect(schema.$ref).toBe('#/components/schemas/Error');
        for (const [name, { value }] of Object.entries<Json>(examples)) {
          expect(value.error.code).toBe(name);
          expect(String(errorRow(name)!.status)).toBe(code);
        }
      }
      expect(codes).toContain('500');
    }
  });

  test('security is what the contract says, by schemes that are declared', () => {
    for (const { path, method, operation } of operations) {
      const { access } = CONTRACTS.find((one) => one.path === path && one.method.toLowerCase() === method)!;
      expect([path, operation.security.length]).toEqual([path, { public: 0, person: 1, key: 3, manage: 3 }[access]]);
      for (const scheme of operation.security.flatMap((one: Json) => Object.keys(one)))
        expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
  });

  test('what changes something takes an Idempotency-Key, what reads does not', () => {
    for (const { path, method, operation } of operations) {
      const takes = (operation.parameters ?? []).some(
        (one: Json) => one.in === 'header' && one.name === 'Idempotency-Key',
      );
      expect([method, path, takes]).toEqual([method, path, method !== 'get' && path !== '/api/v1/auth/email']);
    }
  });

  test('request bodies say whether they are needed, and replies which fields they have', () => {
    expect(document.paths['/api/v1/me/keys'].post.requestBody.required).toBe(true);
    expect(document.paths['/api/v1/me/keys/{id}/roll'].post.requestBody.required).toBe(false);
    const create = document.paths['/api/v1/me/keys'].post.requestBody.content['application/json'].schema;
    expect(create.required).toEqual(['name']);
    expect(create.additionalProperties).toBe(false);
    expect(create.properties.limit_usd.type).toEqual(['string', 'number']);
    const { Key } = document.components.schemas;
    expect(Key.required).toContain('balance_usd');
    expect(Key.properties.status.enum).toEqual(['active', 'disabled', 'expired', 'revoked']);
    expect(Key.properties).not.toHaveProperty('raw');
    expect(document.components.schemas.KeyWithSecret.properties).toHaveProperty('raw');
  });

  test('is made once', () => {
    expect(openApiDocument('http://a').paths).toBe(openApiDocument('http://b').paths);
  });
});
