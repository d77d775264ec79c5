import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { criteria } from '../specs/criteria.ts';
import { aimOf, expectDetected, perFaultMs } from './detect.ts';
import { neverGrey, neverRed } from './detection/known-gaps.ts';
import { faults } from './faults/all.ts';
import { isQuick } from './faults/fault.ts';

/** The detection matrix of the phases after the first, and what of the first takes long: `npm run test:detection`. */
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'detection-'));
});
afterAll(() => rm(output, { recursive: true, force: true }));

describe.each(faults.filter((fault) => !isQuick(fault)))('$name', (fault) => {
  test(aimOf(fault), () => expectDetected(fault, output), perFaultMs);
});

test('every criterion has a fault that turns it red, but for those that are known to have none', () => {
  const red = new Set(faults.flatMap(({ expects }) => expects));
  expect(
    own()
      .filter((id) => !red.has(id))
      .sort(),
  ).toEqual(neverRed.toSorted());
});

test('every criterion has an obstacle that turns it inconclusive, but for those that are known to have none', () => {
  const grey = new Set(faults.flatMap(({ obstructs }) => obstructs ?? []));
  expect(
    own()
      .filter((id) => !grey.has(id))
      .sort(),
  ).toEqual(neverGrey.toSorted());
});

/** Those that are judged by themselves. */
function own(): string[] {
  return criteria.filter(({ parts }) => parts === undefined).map(({ id }) => id);
}
