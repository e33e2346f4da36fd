export interface CallOptions {}
export interface Client { call(...args: any[]): Promise<any>; close(): Promise<void>; }
export function createClient(_context: unknown): Client { throw new Error('soon'); }
