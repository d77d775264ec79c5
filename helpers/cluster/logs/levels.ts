import type { LogLevel } from '../observed.ts';
import { logfmt } from './logfmt.ts';

/** What one line says about itself. Its time comes from the kubelet, see `kubelet-line.ts`. */
export interface LevelledLine {
  readonly level: LogLevel;
  readonly message: string;
}

/**
 * Level and message of one line of a container's log, read by the line's own format: JSON, logfmt, klog, PostgreSQL,
 * and plain lines that begin with a level (Redpanda, Kafka, mosquitto, nginx) or with what a crash prints. A line that
 * merely mentions an error is not one. Lines that belong to the one before (DETAIL, STATEMENT, stack traces) and lines
 * without a level are `unknown`, so that one error is counted once. Never throws, whatever the text.
 */
export function readLevel(text: string): LevelledLine {
  const line = text.replace(colours, '').trimEnd();
  return json(line) ?? structured(line) ?? klog(line) ?? postgres(line) ?? plain(line);
}

/** Error and above: what P1.logs-clean counts. */
export function isError(level: LogLevel): boolean {
  return level === 'error' || level === 'fatal';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a terminal colour
const colours = /\u001b\[[0-9;]*m/g;

const words: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  crit: 'fatal',
  critical: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
};

/** Only own members: a level called `constructor` is no level. */
function byWord(word: string): LogLevel {
  const key = word.toLowerCase();
  return Object.hasOwn(words, key) ? (words[key] ?? 'unknown') : 'unknown';
}

const levelNames = ['level', 'lvl', 'severity', 'levelname', 'log.level', '@level'];
const messageNames = ['msg', 'message', '@message', 'error', 'err'];

function json(line: string): LevelledLine | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  let members: Record<string, unknown>;
  try {
    members = JSON.parse(line);
  } catch {
    return undefined; // not JSON after all: another format may know it
  }
  const level = first(members, levelNames);
  const message = first(members, messageNames);
  return {
    level: typeof level === 'number' ? byNumber(level) : byWord(String(level ?? '')),
    message: typeof message === 'string' ? message : line,
  };
}

function first(members: Record<string, unknown>, names: readonly string[]): unknown {
  const name = names.find((candidate) => Object.hasOwn(members, candidate));
  return name === undefined ? undefined : members[name];
}

/** pino's and bunyan's numbers. */
function byNumber(level: number): LogLevel {
  if (level >= 60) return 'fatal';
  if (level >= 50) return 'error';
  if (level >= 40) return 'warn';
  if (level >= 30) return 'info';
  return level >= 20 ? 'debug' : 'trace';
}

function structured(line: string): LevelledLine | undefined {
  const members = logfmt(line);
  const level = members && first(members, levelNames);
  if (members === undefined || level === undefined) return undefined;
  return { level: byWord(String(level)), message: String(first(members, messageNames) ?? line) };
}

const klogLevels: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };

/** Kubernetes' own programs: `E1124 03:26:36.123456       1 file.go:12] message`. */
function klog(line: string): LevelledLine | undefined {
  const found = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+\s+\d+ [^\]]+\] (.*)$/.exec(line);
  if (!found) return undefined;
  return { level: klogLevels[found[1] ?? ''] ?? 'unknown', message: found[2] ?? '' };
}

/** Severities of PostgreSQL. The last ones explain the line before and have no level of their own. */
const postgresLevels: Readonly<Record<string, LogLevel>> = {
  LOG: 'info',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  PANIC: 'fatal',
  DETAIL: 'unknown',
  HINT: 'unknown',
  STATEMENT: 'unknown',
  CONTEXT: 'unknown',
  QUERY: 'unknown',
  LOCATION: 'unknown',
};

/**
 * `2026-11-24 03:26:36.123 UTC [42] user@database ERROR:  message`. The two blanks after the colon tell it from
 * others; what stands between the process id and the severity is log_line_prefix's business.
 */
function postgres(line: string): LevelledLine | undefined {
  const found =
    /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)? \S+ (?:\[[\d-]+\]:? ?)?(?:[^:]*? )?(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {2}(.*)$/.exec(
      line,
    );
  if (!found) return undefined;
  const severity = found[1] ?? '';
  return {
    level: severity.startsWith('DEBUG') ? 'debug' : (postgresLevels[severity] ?? 'unknown'),
    message: found[2] ?? '',
  };
}

const names = Object.keys(words).join('|');
/** A level in capitals needs no more than a blank after it; in small letters it needs a colon or brackets around it. */
const leading = [
  new RegExp(`^(${names.toUpperCase()})(?:[:\\]]|\\s+-?|$)\\s*(.*)$`),
  new RegExp(`^(${names}):(?:\\s+(.*))?$`, 'i'),
  new RegExp(`^[[<(](${names})[\\]>)]:?\\s*(.*)$`, 'i'),
];

/** What programs print when they give up, without naming a level. */
const crashes: readonly { readonly match: RegExp; readonly level: LogLevel }[] = [
  { match: /^fatal error:/i, level: 'fatal' },
  { match: /^(Segmentation fault|Aborted|Bus error|Out of memory)\b/, level: 'fatal' },
  { match: /^runtime: out of memory/, level: 'fatal' },
  { match: /^Traceback \(most recent call last\):/, level: 'error' },
  { match: /^Exception in thread /, level: 'error' },
  { match: /^Uncaught /, level: 'error' },
  // With a package before it, it is the trace that Java prints below a line with a level of its own.
  { match: /^[A-Z]\w*(?:Error|Exception)(?: \[\w+\])?(?::|$)/, level: 'error' },
  { match: /^(?:failed to|cannot|can't|could not|couldn't|unable to) \w/i, level: 'error' },
  { match: /^error (?:\w+ing|in|while|at|on|from|during)\b/i, level: 'error' },
];

function plain(line: string): LevelledLine {
  const body = withoutTime(line);
  for (const pattern of leading) {
    const found = pattern.exec(body);
    if (found) return { level: byWord(found[1] ?? ''), message: found[2] || body };
  }
  const crash = crashes.find(({ match }) => match.test(body));
  return { level: crash?.level ?? 'unknown', message: body };
}

/** Programs put a time before the level: seconds since 1970 and a colon (mosquitto), or ISO 8601 in many dresses. */
function withoutTime(line: string): string {
  return line.replace(
    /^(?:\d{9,10}: |\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?\]?:? +)/,
    '',
  );
}
