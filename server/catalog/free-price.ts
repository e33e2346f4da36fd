import type { Price } from './types.ts';

/** True where neither tokens nor the request itself cost anything. */
export function isFreePrice({ inputPico, outputPico, requestNano }: Price): boolean {
  return inputPico === 0n && outputPico === 0n && requestNano === 0n;
}
