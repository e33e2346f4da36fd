/** What a process of ours can end with. `exec` and `launch` pass the child's own code on instead. */
export const EXIT = {
  ok: 0,
  user: 1,
  network: 2,
  server: 3,
  pending: 4,
  notExecutable: 126,
  notFound: 127,
  sigint: 130,
  sigterm: 143,
} as const;

/** One row of `gateway exit-codes`: the code, what it means, and what an agent should do next. */
export const EXIT_CODES = [
  { code: EXIT.ok, name: 'ok', meaning: 'Done, also when there was nothing left to do.', action: 'Go on.' },
  {
    code: EXIT.user,
    name: 'user',
    meaning:
      'User error: wrong usage, a 4xx answer, no key, a confirmation that could not be asked, an unsafe write refused, a failed check.',
    action: 'Read error.code.',
  },
  {
    code: EXIT.network,
    name: 'network',
    meaning: 'Network error: DNS, refused, reset, TLS, timeout.',
    action: 'Retry with back-off.',
  },
  {
    code: EXIT.server,
    name: 'server',
    meaning: 'Server error: 5xx, an answer that is not ours, a device login denied or expired, an internal crash.',
    action: 'Retry once.',
  },
  {
    code: EXIT.pending,
    name: 'pending',
    meaning: 'A person must act and nothing failed.',
    action: 'Wait, then run the command again.',
  },
  {
    code: EXIT.notExecutable,
    name: 'not_executable',
    meaning: '`exec`: the command was found but cannot be executed.',
    action: 'Check its permissions.',
  },
  {
    code: EXIT.notFound,
    name: 'not_found',
    meaning: '`exec`: the command was not found.',
    action: 'Install it or correct its name.',
  },
  { code: EXIT.sigint, name: 'sigint', meaning: 'Interrupted by Ctrl-C (SIGINT).', action: '' },
  { code: EXIT.sigterm, name: 'sigterm', meaning: 'Ended by SIGTERM.', action: '' },
] as const;
