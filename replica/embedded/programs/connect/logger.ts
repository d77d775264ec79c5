/** Writes one entry in logfmt, as Connect does with its default logger; at the time given, now by default. */
export type Logger = (level: 'info' | 'error', message: string, labels?: LogLabels, at?: Date) => void;

export interface LogLabels {
  readonly label?: string;
  readonly path?: string;
  readonly stream?: string;
  readonly benthos_version?: string;
}

export function logfmt(level: string, message: string, labels: LogLabels = {}): string {
  const members = Object.entries(labels).map(([name, value]) => ` ${name}=${bare(value)}`);
  return `level=${level} msg=${JSON.stringify(message)} @service=benthos${members.join('')}`;
}

function bare(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
