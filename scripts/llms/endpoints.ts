import { z } from 'zod';
import type { Access, Endpoint } from '../../shared/contracts/endpoint.ts';
import * as contracts from '../../shared/contracts/index.ts';
import { shapeOf } from './shape.ts';

const WHO: Record<Access, string> = {
  public: 'anybody',
  person: 'a signed-in person',
  key: 'a signed-in person, or any API key',
  manage: 'a signed-in person, or an API key with the `manage` permission',
};

/** The endpoints that the contracts name, one paragraph each, by path. */
export function endpointSections(): string {
  const all = Object.values(contracts as Record<string, unknown>).filter(isEndpoint);
  return all.sort(byPath).map(section).join('\n\n');
}

function byPath(a: Endpoint, b: Endpoint): number {
  return `${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1;
}

function section({ method, path, summary, access, params, query, body, reply, errors = [] }: Endpoint): string {
  const inputs = [
    ['Path', params],
    ['Query', query],
    ['Body', body],
  ] as const;
  const lines = [
    `### ${method} ${path}`,
    `${summary} For ${WHO[access]}.`,
    ...inputs.map(([name, schema]) => (schema ? `${name}: \`${shape(schema, 'input')}\`` : '')),
    `Answers: \`${shape(reply, 'output')}\``,
    errors.length > 0 ? `Errors: ${errors.map((code) => `\`${code}\``).join(', ')}` : '',
  ];
  return lines.filter(Boolean).join('\n\n');
}

function shape(schema: z.ZodType, io: 'input' | 'output'): string {
  return shapeOf(z.toJSONSchema(schema, { unrepresentable: 'any', io }));
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'reply' in value;
}
