export async function describeTree(_c: unknown, _w: unknown): Promise<unknown> { return null; }
