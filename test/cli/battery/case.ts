/** The name of a case, as tests and deviations say it. */
export type CaseName = 'no credential';
