import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { phases } from '../cli/phases.ts';
import { criteria } from '../specs/criteria.ts';
import { aimOf, expectDetected, expectHealthy, perFaultMs } from './detect.ts';
import { faults } from './faults/all.ts';
import { isQuick } from './faults/fault.ts';

/** Every phase on a replica in whose state it is done, and phase 1 of the detection matrix. */
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'detection-'));
});
afterAll(() => rm(output, { recursive: true, force: true }));

describe.each(phases)('a replica in whose state $id is done', ({ id }) => {
  test('is GO, every criterion passed or does not apply', () => expectHealthy(id, output), perFaultMs);
});

describe.each(faults.filter(isQuick))('$name', (fault) => {
  test(aimOf(fault), () => expectDetected(fault, output), perFaultMs);
});

test('every criterion of phase 1 has a fault that turns it red and an obstacle that turns it inconclusive', () => {
  const red = new Set(faults.flatMap(({ expects }) => expects));
  const grey = new Set(faults.flatMap(({ obstructs }) => obstructs ?? []));
  const phase1 = criteria.filter(({ phase }) => phase === 'phase1').map(({ id }) => id);
  expect(phase1.filter((id) => !red.has(id))).toEqual([]);
  expect(phase1.filter((id) => !grey.has(id))).toEqual([]);
});
