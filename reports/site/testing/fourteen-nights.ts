import type { CriterionResult } from '../../../helpers/evidence/meta.ts';
import type { RunResult, RunStream } from '../../../helpers/evidence/run.ts';
import { type DayRun, judgeDays } from '../../../helpers/judge/days.ts';
import { decide } from '../../../helpers/judge/decision.ts';
import type { Verdict } from '../../../helpers/judge/verdict.ts';
import { criteria } from '../../../specs/criteria.ts';

/** Fourteen nights of phases 1 to 3, made by hand: for tests of what shows them. */
const dayMs = 86_400_000;
const firstNight = Date.UTC(2026, 10, 9, 3, 0, 0);

const titles = {
  phase1: 'The new system is healthy',
  phase2: 'The old resources are known',
  phase3: 'Parallel operation',
} as const;
type NightlyPhase = keyof typeof titles;

/** Nights by their number from 1: what was not well in them. */
export const story = {
  /** Energy has no rows for 42 minutes, which this night is the first to see. */
  gapSeen: 5,
  /** A sink lags behind its limit. */
  noGo: 8,
  /** The nightly run did not take place. */
  missed: 10,
  /** A log does not reach back. */
  inconclusive: 12,
} as const;

export const gap = { from: '2026-11-12T21:14:00.000Z', to: '2026-11-12T21:56:00.000Z' } as const;

const streams: readonly (RunStream & { readonly everySeconds: number })[] = [
  stream('energy', 'homelab-energy-realtime', 'energy_consumption', 300, 10),
  stream('heatpump', 'homelab-heatpump-telemetry', 'heatpump_status', 300, 30),
  stream('temperature-indoor', 'homelab-temperature-indoor', 'temperature_sensors', 7200, 900),
  stream('temperature-outdoor', 'homelab-temperature-outdoor', 'temperature_sensors', 3600, 300),
];

/** The runs of all nights, oldest first. */
export function fourteenNights(target: Partial<RunResult['target']> = {}): RunResult[] {
  const nights = Array.from({ length: 14 }, (_, index) => index + 1).filter((night) => night !== story.missed);
  const before: DayRun[] = [];
  return nights.flatMap((night) => {
    const phase3 = run('phase3', night, target, before);
    before.push({
      at: phase3.finishedAt,
      criteria: phase3.criteria
        .filter(({ phase }) => phase === 'phase3')
        .map(({ id, gates, verdict }) => ({ id, gates, verdict: verdict.kind })),
    });
    return [run('phase1', night, target, before), run('phase2', night, target, before), phase3];
  });
}

/** When a night's run of a phase begins. */
export function startOf(night: number, phase: NightlyPhase): Date {
  return new Date(firstNight + (night - 1) * dayMs + 60_000 * Object.keys(titles).indexOf(phase));
}

function run(
  phase: NightlyPhase,
  night: number,
  target: Partial<RunResult['target']>,
  before: readonly DayRun[],
): RunResult {
  const startedAt = startOf(night, phase);
  const finishedAt = new Date(startedAt.getTime() + 41_300);
  const own = criteria.filter((row) => row.phase === phase);
  const parts = criteria.filter((row) => phase === 'phase3' && row.phase === 'phase1');
  const others = [...parts, ...own].map(
    (row): CriterionResult => ({
      id: row.id,
      phase: row.phase,
      gates: row.gates,
      statement: row.statement,
      plan: row.plan,
      startedAt: startedAt.toISOString(),
      durationMs: 900,
      evidence: evidenceOf(row.id, night, startedAt),
      verdict: verdictOf(row.id, night, startedAt),
    }),
  );
  const results = others.map((result) =>
    result.id === 'P3.days' ? { ...result, verdict: days(finishedAt, others, before) } : result,
  );
  return {
    decision: decide(
      results.filter((result) => result.phase === phase),
      own.map(({ id }) => id),
    ),
    phase: {
      id: phase,
      title: titles[phase],
      criteriaCount: own.length,
    },
    target: {
      name: 'embedded',
      kind: 'embedded',
      rehearsal: true,
      timeScale: 1,
      clusterUid: 'ddad88e4-f88f-42ff-b2bb-000000000000',
      context: 'verifier@embedded',
      server: 'https://127.0.0.1:6443',
      ...target,
    },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    criteria: results,
    problems: [],
    streams: streams.map(({ everySeconds: _, ...each }) => each),
    versions: { suite: '0.1.0 (abc1234)', node: 'v24.21.0', config: 'migration.yaml', configSha256: '0123456789ab' },
  };
}

function days(now: Date, others: readonly CriterionResult[], before: readonly DayRun[]): Verdict {
  const own = others
    .filter(({ phase, id }) => phase === 'phase3' && id !== 'P3.days')
    .map(({ id, gates, verdict }) => ({ id, gates, verdict: verdict.kind }));
  const runs = [...before, { at: now.toISOString(), criteria: own }];
  return judgeDays(runs, { id: 'P3.days', needed: 7, from: runs[0]?.at, now });
}

function verdictOf(id: string, night: number, at: Date): Verdict {
  const isNoGo = night === story.noGo && (id === 'P1.lag' || id === 'P3.health');
  if (isNoGo) return lagFails(id, at);
  if (id === 'P3.continuity' && night >= story.gapSeen && night < story.gapSeen + 3) return gapFails();
  if (night === story.inconclusive && (id === 'P1.logs-clean' || id === 'P3.logs-clean')) return logUnclear();
  const summary = passes[id] ?? 'observed, and as expected';
  return {
    kind: 'pass',
    summary,
    expected: 'what the criterion says',
    observed: summary,
    findings: [{ subject: 'all that was looked at', verdict: 'pass', observed: summary }],
  };
}

const passes: Readonly<Record<string, string>> = {
  'P1.workloads': '7 workloads, 7 replicas ready',
  'P1.topics-fresh': '4 topics fresh',
  'P1.tables-fresh': '4 streams fresh',
  'P1.lag': '5 consumers, lag at most 6 records',
  'P1.logs-clean': '7 logs, 24 lines within 1 h, no error',
  'P3.agreement': '2 streams agree in every column, all samples compared',
};

function lagFails(id: string, at: Date): Verdict {
  const observed = 'timescaledb-heatpump on homelab-heatpump-telemetry: 4,812 records behind, limit 1,000';
  return {
    kind: 'fail',
    summary: id === 'P1.lag' ? observed : 'P1.lag fails',
    expected: 'each group has a lag under its limit, and its offset moves',
    observed,
    since: new Date(at.getTime() - 5_400_000).toISOString(),
    look: 'kubectl --namespace redpanda-v2 exec redpanda-v2-0 -- rpk group describe timescaledb-heatpump',
    hint: 'Read the sink’s log before you go on: records that wait are not lost, but they are not stored (plan 1.2).',
    findings: [
      { subject: 'timescaledb-heatpump', verdict: 'fail', observed: '4,812 records behind, limit 1,000' },
      { subject: 'timescaledb-energy', verdict: 'pass', observed: '3 records behind' },
    ],
  };
}

function gapFails(): Verdict {
  const observed = `energy_consumption (energy): no row for 42 min, from ${gap.from} to ${gap.to}; 252 rows are missing, lost at the sink`;
  return {
    kind: 'fail',
    summary: 'energy_consumption (energy): no row for 42 min',
    expected: 'no stream pauses for longer than its limit within 7 days',
    observed,
    since: gap.from,
    look: 'npm run diagnose gaps -- --days 7',
    hint: 'While the topic keeps the records, the group’s offset can be set back to the gap’s start.',
    findings: [{ subject: 'energy_consumption (energy)', verdict: 'fail', observed, since: gap.from }],
  };
}

function logUnclear(): Verdict {
  const observed = 'timescaledb/redpanda-connect-7d9f: the log reaches back 4 min of 1 h';
  return {
    kind: 'inconclusive',
    summary: observed,
    expected: 'no entry of level error within the window, in logs that reach back to its start',
    observed,
    look: 'kubectl --namespace timescaledb logs redpanda-connect-7d9f --since 1h',
    hint: 'The pod was replaced: wait until its log spans the window, then verify again.',
    findings: [{ subject: 'timescaledb/redpanda-connect-7d9f', verdict: 'inconclusive', observed }],
  };
}

/** A number between 0 and 1 that depends on its arguments alone. */
function vary(night: number, index: number): number {
  return (Math.sin(night * 12.9898 + index * 78.233) + 1) / 2;
}

function evidenceOf(id: string, night: number, at: Date): unknown {
  switch (id) {
    case 'P1.topics-fresh':
      return {
        topics: sightings(streams.map((one, index) => ({ topic: one.topic, newestAgeSeconds: age(night, index) }))),
      };
    case 'P1.tables-fresh':
      return {
        rows: sightings(streams.map((one, index) => ({ stream: one.name, newestAgeSeconds: age(night, index) + 0.4 }))),
      };
    case 'P1.rows-keep-pace':
      return { counts: counts(night, at) };
    case 'P1.lag':
      return { readings: { first: reading(night, at, 0), second: reading(night, new Date(at.getTime() + 3000), 9) } };
    case 'P1.logs-clean':
      return { logs: sightings(logs(night, at)) };
    case 'P3.continuity':
      return {
        gaps: sightings(streams.map((one) => ({ stream: one.name, limitSeconds: 300, gaps: gapsOf(one, night) }))),
      };
    case 'P3.agreement':
      return { agreement: sightings([agreement(at)]) };
    default:
      return {};
  }
}

function age(night: number, index: number): number {
  return Math.round((streams[index]?.everySeconds ?? 10) * vary(night, index) * 100) / 100;
}

function counts(night: number, at: Date): object {
  const window = { from: new Date(at.getTime() - 3_600_000).toISOString(), to: at.toISOString() };
  const due = (index: number) => Math.round(3600 / (streams[index]?.everySeconds ?? 10) - 3 * vary(night, index + 7));
  return {
    window,
    records: sightings(streams.map((one, index) => ({ topic: one.topic, records: due(index) }))),
    rows: sightings(streams.map((one, index) => ({ stream: one.name, rowCount: due(index) }))),
  };
}

function reading(night: number, at: Date, further: number): object {
  const lagOf = (index: number) =>
    index === 1 && night === story.noGo ? 4812 : Math.floor(7 * vary(night, index + 3));
  const end = (index: number) => 1000 * night + 10 * index + further;
  return {
    at: at.toISOString(),
    topics: sightings(
      streams.map(({ topic }, index) => ({
        topic,
        partitions: [{ partition: 0, lowOffset: 0, highOffset: end(index) }],
      })),
    ),
    groups: sightings(
      streams.map(({ topic, group }, index) => ({
        group,
        partitions: [
          {
            topic,
            partition: 0,
            highOffset: end(index),
            committedOffset: end(index) - lagOf(index),
            lagRecords: lagOf(index),
          },
        ],
      })),
    ),
  };
}

function gapsOf({ name }: RunStream, night: number): readonly object[] {
  // It lies in the window of seven days, and leaves it.
  return name === 'energy' && night >= story.gapSeen && night < story.gapSeen + 3 ? [gap] : [];
}

function logs(night: number, at: Date): readonly object[] {
  const stamp = (seconds: number) => new Date(at.getTime() - seconds * 1000).toISOString();
  const hasError = night === story.noGo;
  return [
    {
      namespace: 'timescaledb',
      pod: 'redpanda-connect-7d9f',
      container: 'redpanda-connect',
      previous: false,
      windowStart: stamp(3600),
      reachesBack: night !== story.inconclusive,
      lineCount: hasError ? 4 : 1,
      errors: hasError
        ? [
            {
              at: stamp(1200),
              level: 'error',
              message: 'Failed to send message to sql_insert: dial tcp 10.43.0.7:5432: connection refused',
              line: 'level=error msg="Failed to send message to sql_insert: dial tcp 10.43.0.7:5432: connection refused" label=timescaledb path=root.output stream=heatpump',
              before: [
                { at: stamp(1201), text: 'level=info msg="Output type sql_insert is now active" stream=heatpump' },
              ],
              after: [
                { at: stamp(1198), text: 'level=info msg="Output type sql_insert is now active" stream=heatpump' },
              ],
            },
          ]
        : [],
      errorCount: hasError ? 1 : 0,
    },
  ];
}

function agreement(at: Date): object {
  const pairs = (base: number, spread: number) =>
    Array.from({ length: 60 }, (_, index) => {
      const old = base + spread * Math.sin(index / 6) + vary(index, 2) * spread * 0.2;
      return [Math.round(old * 10) / 10, Math.round(old)] as const;
    });
  const column = (name: string, base: number, spread: number) => ({
    old: name,
    new: name,
    comparedCount: 10_080,
    differingCount: 0,
    pairs: pairs(base, spread),
    buckets: [],
  });
  const differing = {
    ...column('brine_in_temp', 3, 2),
    differingCount: 14,
    buckets: [
      {
        from: new Date(at.getTime() - 2 * dayMs).toISOString(),
        comparedCount: 15,
        differingCount: 14,
        worst: {
          oldAt: new Date(at.getTime() - 2 * dayMs + 60_000).toISOString(),
          old: 4.2,
          newAt: new Date(at.getTime() - 2 * dayMs + 60_500).toISOString(),
          new: 1,
        },
      },
    ],
  };
  return {
    stream: 'heatpump',
    newStream: 'heatpump',
    from: new Date(at.getTime() - 7 * dayMs).toISOString(),
    to: at.toISOString(),
    sampleCount: 10_080,
    comparedCount: 10_080,
    columns: [
      column('outdoor_temp', 4, 7),
      column('supplyline_temp', 34, 5),
      column('returnline_temp', 29, 4),
      column('hotwater_temp', 47, 6),
      differing,
    ],
  };
}

function sightings<T>(seen: readonly T[]): { readonly seen: readonly T[]; readonly unseen: readonly never[] } {
  return { seen, unseen: [] };
}

function stream(name: string, topic: string, table: string, freshnessSeconds: number, everySeconds: number) {
  return { name, topic, group: `timescaledb-${name}`, table, freshnessSeconds, maxLagRecords: 1000, everySeconds };
}
