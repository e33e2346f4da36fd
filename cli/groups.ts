/** The headings of `gateway --help`, in their order: what a person wants to do. */
export const GROUPS = {
  start: 'Getting started',
  money: 'Keys and money',
  requests: 'Models and requests',
  programs: 'Programs and tools',
  organization: 'Organisation',
  server: 'Server',
  scripting: 'Settings and scripting',
  more: 'More',
} as const;

/** One of the headings. */
export type Group = keyof typeof GROUPS;
