import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StateCapture } from '../../capture/schema.ts';
import type { CutoverEntry } from '../../cutover/schema.ts';
import type { GapAround, TableState } from '../../database/observed.ts';
import { ago, migration, rows, seen, topic, unseen, workload } from '../testing/samples.ts';
import { type GapObserved, judgeGap, judgeNewStopped, judgeOldFlows, judgeOldRuns } from './rolled-back.ts';

const undo = (change: Partial<CutoverEntry> = {}) => ({ at: ago(600), newStopped: false, ...change }) as CutoverEntry;

describe('R.old-runs', () => {
  const states = (replicas: number) =>
    migration.old.workloads.map(({ kind, namespace, name }) =>
      workload({ kind, namespace, name, replicasDesired: replicas, replicasReady: replicas }),
    );
  const capture = {
    at: ago(7200),
    workloads: migration.old.workloads.map((ref) => ({ ...ref, replicas: 2 })),
  } as unknown as StateCapture;

  test('holds at the replicas that were captured, not at those of migration.yaml', () => {
    expect(judgeOldRuns(seen(...states(2)), capture, migration).kind).toBe('pass');
    expect(judgeOldRuns(seen(...states(1)), capture, migration).kind).toBe('fail');
    const verdict = judgeOldRuns(seen(...states(1)), undefined, migration);
    expect(verdict.summary).toContain('as migration.yaml says: no state was captured');
  });

  test('what was not seen is inconclusive', () => {
    expect(judgeOldRuns(unseen('workloads of mqtt-input'), capture, migration).kind).toBe('inconclusive');
    expect(judgeOldRuns(seen(), capture, migration).kind).toBe('inconclusive');
  });
});

describe('R.old-flows', () => {
  const table = (change: Partial<TableState> = {}) =>
    ({ table: 'heatpump', isSeries: true, newestAt: ago(60), ...change }) as TableState;
  const capture = (newestAt: string) =>
    ({
      at: ago(7200),
      topics: [{ topic: 'heatpump-telemetry', newestAt }],
      tables: [{ system: 'old', table: 'heatpump', newestAt }],
    }) as unknown as StateCapture;
  const busy = capture(ago(7210));
  const silent = capture(ago(7200 + 86_400));
  const judge = (topicAt: string | undefined, tableAt: string, captured: StateCapture | undefined = busy) => {
    const { newestAt: _, ...empty } = topic('heatpump-telemetry');
    const topics = seen(topicAt === undefined ? empty : { ...empty, newestAt: topicAt });
    return judgeOldFlows({ topics, tables: seen(table({ newestAt: tableAt })) }, undo(), captured, 3600);
  };

  test('a record and a row since the undo pass', () => expect(judge(ago(10), ago(60)).kind).toBe('pass'));

  test('nothing since the undo, or nothing at all, fails where it flowed before the cutover', () => {
    expect(judge(ago(601), ago(60))).toMatchObject({ kind: 'fail', since: ago(601) });
    expect(judge(undefined, ago(60)).kind).toBe('fail');
    expect(judge(ago(10), ago(3600)).kind).toBe('fail');
  });

  test('without a capture nothing is taken for silent before', () => {
    const { topics, tables } = {
      topics: seen(topic('heatpump-telemetry', { newestAt: ago(700) })),
      tables: seen(table()),
    };
    expect(judgeOldFlows({ topics, tables }, undo(), undefined, 3600).kind).toBe('fail');
  });

  test('what was silent before the cutover cannot be told by that, and does not pass on its own', () => {
    expect(judge(ago(90_000), ago(60), silent).kind).toBe('pass');
    expect(judge(ago(90_000), ago(90_000), silent).kind).toBe('inconclusive');
  });

  test('rows that are written over are not asked for, and what was not seen is inconclusive', () => {
    const topics = seen(topic('heatpump-telemetry', { newestAt: ago(1) }));
    const settings = seen(table({ table: 'heatpump_settings', isSeries: false, newestAt: ago(9000) }));
    expect(judgeOldFlows({ topics, tables: settings }, undo(), busy, 3600).kind).toBe('pass');
    expect(judgeOldFlows({ topics, tables: unseen('the old database') }, undo(), busy, 3600).kind).toBe('inconclusive');
  });
});

describe('R.new-stopped', () => {
  const instances = (replicas: number) =>
    Object.values(migration.new.connect).map(({ kind, namespace, name }) =>
      workload({ kind, namespace, name, replicasDesired: replicas, ...(replicas === 0 ? { pods: [] } : {}) }),
    );
  const chosen = undo({ newStopped: true });

  test('does not apply where the rollback left the new system running', () => {
    expect(judgeNewStopped(seen(...instances(1)), undo(), migration).kind).toBe('not-applicable');
  });

  test('holds when bridge and sinks are down', () => {
    expect(judgeNewStopped(seen(...instances(0)), chosen, migration)).toMatchObject({
      kind: 'pass',
      summary: '3 instances of Redpanda Connect down',
    });
  });

  test('fails for one that runs, and is inconclusive for what was not seen', () => {
    const [first, ...others] = instances(0);
    expect(judgeNewStopped(seen(...instances(1).slice(0, 1), ...others), chosen, migration).kind).toBe('fail');
    const leaving = workload({ ...first, pods: workload().pods });
    expect(judgeNewStopped(seen(leaving, ...others), chosen, migration).observed).toContain('0 replicas wanted, 1 pod');
    expect(judgeNewStopped(unseen('workloads of timescaledb'), chosen, migration).kind).toBe('inconclusive');
  });
});

describe('R.gap', () => {
  const gap = (change: Partial<GapAround> = {}) =>
    ({ table: 'heatpump', lastBefore: ago(7200), firstAfter: ago(600), ...change }) as GapAround;
  const judge = (change: Partial<GapObserved> = {}, of = undo()) =>
    judgeGap({ old: seen(gap()), rows: seen(rows('heatpump')), ...change }, of);

  test('a gap that has ended is measured, from its last row to the first after it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 86_400 }), { minLength: 1, maxLength: 4 }), (lengths) => {
        const gaps = lengths.map((seconds, index) =>
          gap({ table: `t${index}`, lastBefore: ago(1000 + seconds), firstAfter: ago(1000) }),
        );
        const verdict = judge({ old: seen(...gaps) });
        expect(verdict.kind).toBe('pass');
        const longest = lengths.indexOf(Math.max(...lengths));
        const measured = verdict.findings.find(({ subject }) => subject === `old table t${longest}`)?.observed ?? '';
        expect(verdict.summary).toContain(`up to ${/missed (.*): /.exec(measured)?.[1]},`);
      }),
    );
  });

  test('one that is still open fails, since its last row', () => {
    const { firstAfter: _, ...open } = gap();
    expect(judge({ old: seen(open as GapAround) })).toMatchObject({ kind: 'fail', since: ago(7200) });
  });

  test('where the new system goes on and where it was stopped is said', () => {
    expect(judge().summary).toContain('the new one went on');
    const stopped = judge({}, undo({ newStopped: true }));
    expect(stopped.findings.some(({ observed }) => observed.includes('was stopped by the rollback'))).toBe(true);
  });

  test.each<[string, Partial<GapObserved>]>([
    ['a table has no row of before', { old: seen({ table: 'heatpump', firstAfter: ago(600) } as GapAround) }],
    ['the old database has no table of such rows', { old: seen() }],
    ['the old database was not seen', { old: unseen('the old database') }],
    ['a stream was not seen', { rows: unseen('stream energy') }],
  ])('is inconclusive where %s', (_, change) => expect(judge(change).kind).toBe('inconclusive'));
});
