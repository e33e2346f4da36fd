export * from './account.ts';
export * from './endpoint.ts';
export * from './keys.ts';
export * from './models.ts';
export * from './topup.ts';
export * from './usage.ts';
