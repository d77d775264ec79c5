import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OwnerState, WorkloadState } from '../../cluster/observed.ts';
import { cutoverWorkloads } from '../../config/old-system.ts';
import { ago, migration, pod, seen, unseen, workload } from '../testing/samples.ts';
import type { Sightings } from '../verdict.ts';
import { judgeOldDown, judgeScaledDown, judgeStaysDown } from './down.ts';

const wanted = cutoverWorkloads(migration);
/** Every old workload scaled to 0, the first as `change` makes it. */
const down = (change: Partial<WorkloadState> = {}): WorkloadState[] =>
  wanted.map(({ kind, namespace, name }, index) =>
    workload({ kind, namespace, name, replicasDesired: 0, replicasReady: 0, pods: [], ...(index === 0 ? change : {}) }),
  );

test('all at 0 with no pod left passes', () => {
  expect(judgeScaledDown(seen(...down()), migration)).toMatchObject({
    kind: 'pass',
    summary: '4 old workloads scaled to 0, no pod left',
  });
});

describe('P5.scaled-down fails for one that', () => {
  test.each<[string, Partial<WorkloadState>, RegExp]>([
    [
      'is not there: what named it scaled nothing',
      { exists: false, foundInstead: ['mqtt-in'] },
      /does not exist.*mqtt-in/,
    ],
    ['is wanted still', { replicasDesired: 1 }, /1 replica wanted, 0 ready/],
    [
      'has a pod left, on its way out',
      { pods: [pod({ name: 'mqtt-input-1', terminating: true })] },
      /1 pod left: mqtt-input-1/,
    ],
  ])('%s', (_, change, words) => {
    const verdict = judgeScaledDown(seen(...down(change)), migration);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toMatch(words);
  });
});

test('what was not seen is inconclusive; what holds the data is not asked for', () => {
  expect(judgeScaledDown(unseen('workloads of mqtt-input'), migration).kind).toBe('inconclusive');
  expect(judgeScaledDown(seen(), migration).kind).toBe('inconclusive');
  expect(wanted.map(({ namespace }) => namespace)).not.toContain('heatpump-mqtt');
});

describe('C.old-down', () => {
  const gone = (name: string) => (namespace: string) => namespace === name;

  test('takes a namespace that is gone, and a workload that is, for down', () => {
    expect(judgeOldDown(seen(...down({ exists: false })), () => false, migration).kind).toBe('pass');
    expect(judgeOldDown(seen(...down().slice(1)), gone('mqtt-input'), migration).kind).toBe('pass');
    expect(judgeOldDown(unseen('workloads of mqtt-input'), () => true, migration).kind).toBe('pass');
  });

  test('fails for one that runs, and is inconclusive for one that was not seen', () => {
    expect(judgeOldDown(seen(...down({ replicasDesired: 1 })), gone('redpanda-sink'), migration).kind).toBe('fail');
    const observed = { seen: down().slice(1), unseen: unseen('workloads of mqtt-input').unseen };
    expect(judgeOldDown(observed, gone('redpanda-sink'), migration).kind).toBe('inconclusive');
  });
});

describe('P5.stays-down', () => {
  const owner = (change: Partial<OwnerState> = {}): OwnerState => ({
    namespace: 'flux-system',
    name: 'mqtt-input',
    suspended: true,
    prune: true,
    intervalSeconds: 600,
    ...change,
  });
  const look = (at: number, states = seen(...down()), owners: Sightings<OwnerState> = seen(owner())) => ({
    at: ago(at),
    oldWorkloads: states,
    oldOwners: owners,
  });
  const judge = (samples: readonly ReturnType<typeof look>[], seconds = 900, timeScale = 1) =>
    judgeStaysDown({ seconds, timeScale, samples }, migration);

  test('down at each look, its owner suspended, passes', () => {
    expect(judge([look(900), look(0)])).toMatchObject({
      kind: 'pass',
      summary: '4 old workloads down at 2 looks over 15 min; mqtt-input suspended',
    });
  });

  test('one that was up at a single look fails, since then', () => {
    const verdict = judge([look(900), look(450, seen(...down({ replicasDesired: 1 }))), look(0)]);
    expect(verdict).toMatchObject({ kind: 'fail', since: ago(450) });
    expect(verdict.hint).toContain('suspend its Kustomization');
  });

  test('the watch has to span a reconcile of an owner that is not suspended, at the target’s pace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7200 }),
        fc.integer({ min: 1, max: 7200 }),
        fc.constantFrom(1, 30),
        (seconds, interval, timeScale) => {
          const owners = seen(owner({ suspended: false, intervalSeconds: interval }));
          const { kind } = judge([look(900, undefined, owners), look(0, undefined, owners)], seconds, timeScale);
          expect(kind).toBe(seconds >= interval / timeScale ? 'pass' : 'inconclusive');
        },
      ),
    );
  });

  test('an owner that was resumed during the watch is no suspended one', () => {
    const resumed = look(0, undefined, seen(owner({ suspended: false })));
    expect(judge([look(100), resumed], 100).kind).toBe('inconclusive');
  });

  test('looks that saw nothing, and no look, are inconclusive', () => {
    expect(judge([look(900), look(0, unseen('workloads of mqtt-input'))]).kind).toBe('inconclusive');
    expect(judge([look(900), look(0, undefined, unseen('Kustomizations'))]).kind).toBe('inconclusive');
    expect(judge([]).kind).toBe('inconclusive');
  });
});
