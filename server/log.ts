import pino from 'pino';

const UNUSED = new Set(['level', 'time', 'msg']);

/**
 * The server's log on stderr: one JSON object a line; on a terminal, where a person reads it (and finds the sign-in code
 * that no mail server sends), one plain line each.
 */
export function createLog(level: string): pino.Logger {
  const destination = process.stderr.isTTY
    ? { write: (line: string) => process.stderr.write(plainLine(line)) }
    : pino.destination({ dest: 2, sync: true });
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** `12:03:04 warn  no provider is configured` and the other facts behind it. Control characters are made visible. */
export function plainLine(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  const facts = Object.entries(record)
    .filter(([name]) => !UNUSED.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const label = pino.levels.labels[Number(record.level)] ?? '';
  const words = [
    String(record.time).slice(11, 19),
    label.padEnd(5),
    typeof record.msg === 'string' ? record.msg : '',
    ...facts,
  ];
  return `${visible(words.join(' ').trimEnd())}\n`;
}

/** Somebody's address or header must not move the cursor. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
