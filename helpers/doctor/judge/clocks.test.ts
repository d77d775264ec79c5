import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockReading, NewestRecord } from '../observed.ts';
import { databaseSight, examination, kafkaSight, seen, unseen } from '../testing/samples.ts';
import { clockFindings, clockStates } from './clocks.ts';

const tolerance = 60;
const clock = (offsetSeconds: number, uncertaintySeconds = 0.5): ClockReading => ({
  offsetSeconds,
  uncertaintySeconds,
});

/** The API server's clock, one database's, and the newest record. */
function judged(api: ClockReading, database: ClockReading, newest?: Partial<NewestRecord>) {
  const record: NewestRecord = { topic: 'energy', ageSeconds: 3, stampedBy: 'producer', ...newest };
  const sights = {
    databases: [databaseSight('telemetry', { clock: seen(database) })],
    kafka: kafkaSight({ newest: seen(record) }),
  };
  const [apiServer, telemetry, broker] = clockFindings({ ...examination(sights), api: seen(api) }, tolerance);
  if (!apiServer || !telemetry || !broker) throw new Error('there are three clocks');
  return { apiServer, telemetry, broker };
}

test('clocks in step say within what', () => {
  const { apiServer, telemetry } = judged(clock(0), clock(0.2, 0.1));
  expect(apiServer).toMatchObject({ level: 'ok', text: 'in step with this machine (within 0.5 s)' });
  expect(telemetry).toMatchObject({ level: 'ok', text: 'in step with the API server (within 0.8 s)' });
});

test("this machine's own skew is a warning however large: verify corrects for it", () => {
  const { apiServer, telemetry } = judged(clock(-600), clock(-600));
  expect(apiServer).toMatchObject({
    level: 'warning',
    text: expect.stringMatching(/^10 min ± 0.5 s behind this machine/),
  });
  expect(telemetry.level).toBe('ok');
});

test.each([
  [1, 'ok'],
  [10, 'warning'],
  [-10, 'warning'],
  [90, 'unseen'],
  [-90, 'unseen'],
])('a database %d s beside the API server is %s', (offset, level) => {
  expect(judged(clock(30), clock(30 + offset)).telemetry.level).toBe(level);
});

test('a difference that the uncertainty could explain is none', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.double({ min: 5, max: 60, noNaN: true }),
      (offset, uncertainty) => {
        expect(judged(clock(0), clock(offset, uncertainty)).telemetry.level).toBe('ok');
      },
    ),
  );
});

describe("the broker's clock", () => {
  test('is not known, which is no trouble, and the newest record is named', () => {
    const { broker } = judged(clock(0), clock(0));
    expect(broker.level).toBe('note');
    expect(broker.text).toMatch(/^not known: .* stamped by its producer 3 s ago$/);
  });

  test('is bounded from one side where the broker stamps', () => {
    expect(judged(clock(0), clock(0), { stampedBy: 'broker' }).broker.text).toMatch(/not behind by more than 3 s$/);
  });

  test('or a producer’s that runs ahead beyond the tolerance spoils every age', () => {
    expect(judged(clock(0), clock(0), { ageSeconds: -59 }).broker.level).toBe('note');
    expect(judged(clock(0), clock(0), { ageSeconds: -61 }).broker).toMatchObject({
      level: 'unseen',
      fix: "set the clock of the record's producer",
    });
    expect(judged(clock(0), clock(0), { ageSeconds: -61, stampedBy: 'broker' }).broker.fix).toBe(
      "set the broker's clock",
    );
  });

  test('cannot be guessed without a record', () => {
    const sights = { kafka: kafkaSight({ newest: unseen('no topic holds a record') }) };
    expect(clockFindings(examination(sights), tolerance).at(-1)).toMatchObject({ level: 'note' });
  });
});

test('a clock that could not be read is not known', () => {
  const sights = { databases: [databaseSight('telemetry', { clock: unseen('no answer') })] };
  expect(clockFindings(examination(sights), tolerance)[1]).toMatchObject({
    level: 'note',
    text: 'not known: no answer',
  });
  expect(clockStates(examination(sights))[2]).toEqual({ of: 'database timescaledb/telemetry', reading: undefined });
});
