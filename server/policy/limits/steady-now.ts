/** Milliseconds of Unix time that never jump. */
export const steadyNow = (): number => performance.timeOrigin + performance.now();
