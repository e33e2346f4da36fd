/** Why the store failed, in the driver's own words. The query builder's message holds every value of the query, which no log may have. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { message?: string }; message?: string };
  return cause?.message ?? message?.split('\n')[0]?.slice(0, 200) ?? String(error);
}

/** The SQLSTATE of a failure (PostgreSQL, Appendix A), wherever the query builder put it; empty when there is none. */
export function sqlStateOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return cause?.code ?? code ?? '';
}
