import type { Look, Unseen } from '../observed.ts';

/** What part of the target a finding is about, in the order in which they are shown. */
export const groups = [
  'cluster',
  'permissions',
  'workloads',
  'mqtt',
  'kafka',
  'databases',
  'connect',
  'clocks',
  'versions',
] as const;
export type Group = (typeof groups)[number];

/**
 * `ok`: it can be seen. `unseen`: it cannot, or what is seen of it would be judged wrongly. `warning`: it can be seen, and
 * something about it should be known. `note`: it cannot be known, and need not be.
 */
export type Level = 'ok' | 'unseen' | 'warning' | 'note';

/** One thing that the doctor has to say. */
export interface DoctorFinding {
  readonly group: Group;
  readonly level: Level;
  /** `database telemetry`, `Service mosquitto/mosquitto:1883`. */
  readonly subject: string;
  readonly text: string;
  /** What to do: one line, to be copied where it is a command, a rule or SQL. */
  readonly fix?: string;
}

/**
 * The finding for something that was not seen, in the words of why.
 *
 * @param address what the subject is at, where the subject does not say it: the message need not say it again
 */
export function unseenFinding(
  group: Group,
  subject: string,
  { message, hint }: Unseen,
  address: string = subject,
): DoctorFinding {
  const text = withoutAddress(message, address);
  return { group, level: 'unseen', subject, text, ...(hint === undefined ? {} : { fix: hint }) };
}

/** `Kafka at x/s:9092: connection refused` becomes `connection refused`. */
function withoutAddress(message: string, address: string): string {
  const parts = message.split(': ');
  const first = parts.findIndex((part) => !part.includes(address));
  return first === -1 ? message : parts.slice(first).join(': ');
}

/** What was seen, where something was. */
export function seen<T>(look: Look<T> | undefined): T | undefined {
  return look !== undefined && 'seen' in look ? look.seen : undefined;
}

/** Why it was not seen, where it was looked at. */
export function unseen(look: Look<unknown> | undefined): Unseen | undefined {
  return look !== undefined && 'unseen' in look ? look.unseen : undefined;
}
