/** A limit this small is asked for each time: a share of it would be no use. */
const SMALL = 200;
const PART = 5;

/** With no more than this left, nothing is given ahead: every request asks, and the last one is exact. */
export function leastLeft(limit: number): number {
  return limit <= SMALL ? limit : Math.ceil(limit / PART);
}
