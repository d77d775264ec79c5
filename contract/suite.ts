import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** How a program is had: the replica's double of it, at an address, as a program started here, or in a container. */
export type How = 'double' | 'address' | 'program' | 'testcontainers';

/** What a subject is once it is open. */
export interface Opened extends AsyncDisposable {
  /** What the program says of itself; undefined where its protocol has no word for it. */
  readonly version: string | undefined;
}

/** One program that a contract is held against: the real one, or the replica's double of it. */
export interface Subject<System extends Opened> {
  /** As it stands in the list of tests: `Apache Kafka on 127.0.0.1:9092`, `the replica`. */
  readonly name: string;
  readonly how: How;
  open(): Promise<System>;
}

/** A subject that cannot be had here, and what would make it available. */
export interface Absent {
  readonly name: string;
  readonly absent: string;
}

/** What the table at the end is made of (`table-reporter.ts`). */
export type Held = { readonly title: string; readonly subject: string } & (
  | { readonly how: How; version?: string }
  | { readonly absent: string }
);

declare module 'vitest' {
  interface TaskMeta {
    held?: Held;
  }
}

/** `CONTRACT_ONLY=real` leaves the doubles out: where `npm test` holds them already. */
const realOnly = process.env.CONTRACT_ONLY === 'real';

/** Opening a subject may start a database. */
const openWithinMs = 90_000;

/**
 * The same cases against every subject. One that is absent is listed as skipped, with what it needs; when all are absent
 * the suite fails: a contract that was held against nothing must not look kept.
 */
export function contract<System extends Opened>(
  title: string,
  subjects: readonly (Subject<System> | Absent)[],
  cases: (system: () => System, subject: Subject<System>) => void,
): void {
  const asked = subjects.filter((subject) => !(realOnly && 'how' in subject && subject.how === 'double'));
  for (const subject of asked) hold(title, subject, cases);
  if (asked.every((subject) => 'absent' in subject)) {
    const absent = subjects
      .map((subject) => `${subject.name}: ${'absent' in subject ? subject.absent : 'left out'}`)
      .join('; ');
    const held = { title, subject: 'nothing', absent };
    test(`${title} is held against something`, { meta: { held } }, () => expect.fail(absent));
  }
}

/** The cases against one subject, which is listed as skipped when it is absent. */
export function hold<System extends Opened>(
  title: string,
  subject: Subject<System> | Absent,
  cases: (system: () => System, subject: Subject<System>) => void,
): void {
  const { name } = subject;
  if ('absent' in subject) {
    const held = { title, subject: name, absent: subject.absent };
    test.skip(`${title}: ${name} (absent: ${subject.absent})`, { meta: { held } }, () => {});
    return;
  }
  const held: Held = { title, subject: name, how: subject.how };
  describe(`${title}: ${name}`, { meta: { held } }, () => {
    let system: System | undefined;
    beforeAll(async () => {
      system = await subject.open();
      if (system.version !== undefined) held.version = system.version;
    }, openWithinMs);
    afterAll(() => system?.[Symbol.asyncDispose]());
    cases(() => {
      if (system === undefined) throw new Error(`${name} was not opened`);
      return system;
    }, subject);
  });
}
