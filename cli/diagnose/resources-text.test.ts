import pc from 'picocolors';
import { expect, test } from 'vitest';
import type { EarlierUsage } from '../../helpers/judge/resources.ts';
import { ago, migration, noon } from '../../helpers/judge/testing/samples.ts';
import { diagnoseUse, type ResourcesSeen } from './resources-found.ts';
import { resourcesText } from './resources-text.ts';

const mib = 2 ** 20;
const day = 86_400;
const style = { colors: pc.createColors(false), width: undefined };
const target = { name: 'live', rehearsal: false };

const sink = {
  system: 'new',
  kind: 'Deployment',
  namespace: 'timescaledb',
  workload: 'redpanda-connect',
  container: 'redpanda-connect',
  usedBytes: 40 * mib,
  usedMillicores: 6,
  requestBytes: 64 * mib,
  limitBytes: 128 * mib,
  requestMillicores: 20,
  restartCount: 0,
} as const;
const claim = {
  system: 'new',
  namespace: 'timescaledb',
  name: 'timescaledb-data',
  phase: 'Bound',
  capacity: '10Gi',
  mountedBy: ['timescaledb-1'],
} as const;
const seen: ResourcesSeen = {
  containers: [sink],
  claims: [claim],
  sizes: [{ database: 'telemetry', sizeBytes: 40 * mib, capacityBytes: 10_240 * mib }],
  unseen: [],
};
const diagnose = (change: Partial<ResourcesSeen>, earlier: readonly EarlierUsage[] = []) =>
  diagnoseUse({ ...seen, ...change }, earlier, noon, migration, (text) => Number.parseFloat(text) * 1024 * mib);

/** Nightly runs of the last days that noted these, the oldest first. */
const nights = (...used: readonly number[]): EarlierUsage[] =>
  used.map((mebibytes, index) => ({
    at: ago((used.length - index) * day),
    memory: [{ ...sink, usedBytes: mebibytes * mib }],
    sizes: [{ database: 'telemetry', sizeBytes: mebibytes * mib }],
  }));

test('both are shown as tables, with their trend', () => {
  const diagnosis = diagnose({}, nights(37, 38, 39));
  expect(diagnosis.troubles).toEqual([]);
  expect(resourcesText(target, diagnosis, migration, style).split('\n')).toEqual([
    `Resources on target live at ${noon.toISOString()}`,
    '',
    'SYSTEM  CONTAINER                                      CPU  REQUEST  LIMIT  MEMORY  REQUEST  LIMIT    TREND                     RESTARTS',
    'new     timescaledb/redpanda-connect/redpanda-connect  6m   20m      -      40 MiB  64 MiB   128 MiB  +1 MiB a day over 3 days  0',
    '',
    'The old system runs no pod.',
    '',
    'SYSTEM  CLAIM                         HOLDS               USED    CAPACITY  TREND                     STATUS',
    'new     timescaledb/timescaledb-data  database telemetry  40 MiB  10 GiB    +1 MiB a day over 3 days  Bound',
    '',
    'Nothing is near its limit',
  ]);
});

test.each<[string, Partial<ResourcesSeen>, EarlierUsage[], string]>([
  [
    'killed for want of memory',
    {
      containers: [
        { ...sink, restartCount: 3, lastTermination: { reason: 'OOMKilled', exitCode: 137, finishedAt: ago(60) } },
      ],
    },
    [],
    `was killed for want of memory, last at ${ago(60)} (3 restarts)`,
  ],
  ['memory at its limit', { containers: [{ ...sink, usedBytes: 120 * mib }] }, [], 'is at 93.8 % of 128 MiB'],
  ['memory on its way there', {}, nights(10, 20, 30), 'is at 31.3 % of 128 MiB, used up in 8.8 days by its trend'],
  [
    'CPU at its limit',
    { containers: [{ ...sink, usedMillicores: 95, limitMillicores: 100 }] },
    [],
    'CPU of timescaledb/redpanda-connect/redpanda-connect is at 95 % of its limit',
  ],
  ['a volume nearly full', { claims: [{ ...claim, capacity: '0.042Gi' }] }, [], 'is at 93 % of 43 MiB'],
  ['a claim without a volume', { claims: [{ ...claim, phase: 'Lost' }] }, [], 'timescaledb-data is Lost'],
])('%s is told', (_, change, earlier, words) => {
  const { troubles } = diagnose(change, earlier);
  expect(troubles).toHaveLength(1);
  expect(troubles[0]).toContain(words);
});

test('what could not be looked at is never passed over', () => {
  const { usedBytes: _, usedMillicores: __, ...unmeasured } = sink;
  const { unseen } = diagnose({ containers: [unmeasured] });
  expect(unseen).toMatchObject([{ message: expect.stringContaining('not measured yet') }]);
  const diagnosis = diagnose({ unseen: [{ subject: 'claims of x', message: 'forbidden' }] });
  expect(resourcesText({ ...target, rehearsal: true }, diagnosis, migration, style)).toMatch(
    /REHEARSAL[\s\S]*✖ claims of x: forbidden[\s\S]*Nothing is near its limit; 1 thing could not be looked at/,
  );
});
