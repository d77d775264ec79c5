import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** One program that a contract is held against: the real one, or the replica's double of it. */
export interface Subject<System extends AsyncDisposable> {
  /** As it stands in the list of tests: `Apache Kafka on 127.0.0.1:9092`, `the replica's broker`. */
  readonly name: string;
  /** The replica's double of the program. */
  readonly double?: true;
  open(): Promise<System>;
}

/** A subject that cannot be had here, and what would make it available. */
export interface Absent {
  readonly name: string;
  readonly absent: string;
}

/** `CONTRACT_ONLY=real` leaves the doubles out: where `npm test` holds them already. */
const realOnly = process.env.CONTRACT_ONLY === 'real';

/** Opening a subject may start a database. */
const openWithinMs = 30_000;

/**
 * The same cases against every subject. One that is absent is listed as skipped, with what it needs; when all are absent
 * the suite fails: a contract that was held against nothing must not look kept.
 */
export function contract<System extends AsyncDisposable>(
  title: string,
  subjects: readonly (Subject<System> | Absent)[],
  cases: (system: () => System) => void,
): void {
  const present = subjects.filter(
    (subject): subject is Subject<System> => 'open' in subject && !(realOnly && subject.double),
  );
  for (const subject of present) {
    describe(`${title}: ${subject.name}`, () => {
      let system: System | undefined;
      beforeAll(async () => {
        system = await subject.open();
      }, openWithinMs);
      afterAll(() => system?.[Symbol.asyncDispose]());
      cases(() => {
        if (system === undefined) throw new Error(`${subject.name} was not opened`);
        return system;
      });
    });
  }
  for (const subject of subjects) {
    if ('absent' in subject) test.skip(`${title}: ${subject.name} (absent: ${subject.absent})`, () => {});
  }
  if (present.length === 0) {
    test(`${title} is held against something`, () => {
      expect.fail(
        subjects.map((subject) => `${subject.name}: ${'absent' in subject ? subject.absent : 'left out'}`).join('; '),
      );
    });
  }
}
