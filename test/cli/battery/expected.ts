/** What must come out of a command: success, or a failure with its exit code and what `error.code` may be. */
export type Expected = { ok: true } | Failure;

export interface Failure {
  code: string | readonly string[];
  exit: number;
  /** More facts of the failure line that must be so. */
  facts?: Readonly<Record<string, unknown>>;
}
