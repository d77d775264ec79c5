import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { pauseOfBoth, rowSince } from './pauses.ts';
import type { StreamFlow } from './record.ts';

const flow = (stream: string, ...seconds: number[]): StreamFlow => ({
  stream,
  system: stream.startsWith('old') ? 'old' : 'new',
  rowsAtMs: seconds.map((second) => second * 1000),
});

test('a pause begins with the last row before the trouble', () => {
  expect(pauseOfBoth([flow('energy', 98, 99, 115, 116)], 'energy', new Date(100_000))).toBe(16);
});

test('a pause that was over before the trouble is none of its', () => {
  expect(pauseOfBoth([flow('energy', 50, 90, 99, 101)], 'energy', new Date(100_000))).toBe(2);
});

test('what one system lacks the other may have', () => {
  const flows = [flow('energy', 99, 115), flow('old energy', 100, 102, 104, 106, 108, 110, 112, 114), flow('heatpump')];
  expect(pauseOfBoth(flows, 'energy', new Date(100_000))).toBe(2);
  expect(pauseOfBoth(flows, 'heatpump', new Date(100_000))).toBe(0);
});

/** A database that answers so, one after another. */
function answering(...answers: (readonly object[] | Error)[]): FaultTarget {
  const migration = loadMigration(join(import.meta.dirname, '..', '..', 'migration.yaml'));
  const sql = async () => {
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked once too often');
    return answer;
  };
  return { migration, sql } as unknown as FaultTarget;
}

function refusal(code: string, message: string) {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code });
}

const since = new Date('2026-11-28T13:48:00Z');
const patience = new AbortController().signal;

test('a database whose connections a sink has all taken is asked again', async () => {
  const busy = refusal('53300', 'sorry, too many clients already');
  await expect(rowSince(answering(busy, [], [{}]), 'energy', since, patience)).resolves.toBeUndefined();
});

test('a refusal of another kind is one', async () => {
  const missing = refusal('42P01', 'relation does not exist');
  await expect(rowSince(answering(missing, [{}]), 'energy', since, patience)).rejects.toThrow(/does not exist/);
});
