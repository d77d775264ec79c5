import { decide } from '../../judge/decision.ts';
import type { Finding, Verdict, VerdictKind } from '../../judge/verdict.ts';
import type { CriterionResult } from '../meta.ts';
import type { RunResult, RunStream } from '../run.ts';

/** Runs made by hand, for tests of what shows them. */
export function sampleVerdict(kind: VerdictKind, parts: Partial<Verdict> = {}): Verdict {
  return {
    kind,
    summary: `summary of ${kind}`,
    expected: 'what had to be so',
    observed: 'what was so',
    findings: [],
    ...parts,
  };
}

export function sampleCriterion(id: string, verdict: Verdict, parts: Partial<CriterionResult> = {}): CriterionResult {
  return {
    id,
    phase: 'phase1',
    gates: true,
    statement: `the statement of ${id}`,
    plan: '1.1',
    verdict,
    startedAt: '2026-11-24T03:40:00.000Z',
    durationMs: 1234,
    evidence: {},
    ...parts,
  };
}

/** A run over these criteria; its decision is what they add up to. */
export function sampleRun(criteria: readonly CriterionResult[], parts: Partial<RunResult> = {}): RunResult {
  return {
    decision: decide(
      criteria,
      criteria.map(({ id }) => id),
    ),
    phase: { id: 'phase1', title: 'The new system is healthy', criteriaCount: criteria.length },
    target: {
      name: 'embedded',
      kind: 'embedded',
      rehearsal: true,
      timeScale: 30,
      context: 'verifier@embedded',
      server: 'https://127.0.0.1:6443',
    },
    startedAt: '2026-11-24T03:40:00.000Z',
    finishedAt: '2026-11-24T03:40:05.400Z',
    criteria,
    problems: [],
    streams: [stream('energy', 'homelab-energy-realtime', 10), stream('heatpump', 'homelab-heatpump-telemetry', 10)],
    versions: { suite: '0.1.0 (abc1234)', node: 'v24.0.0', config: 'migration.yaml', configSha256: '0123456789ab' },
    ...parts,
  };
}

function stream(name: string, topic: string, freshnessSeconds: number): RunStream {
  return { name, topic, group: `timescaledb-${name}`, table: name, freshnessSeconds, maxLagRecords: 1000 };
}

const workloadFindings: readonly Finding[] = [
  {
    subject: 'timescaledb/redpanda-connect',
    verdict: 'fail',
    observed: '0 of 1 ready: redpanda-connect waiting (CrashLoopBackOff), exit code 1',
    since: '2026-11-24T03:35:12Z',
  },
  { subject: 'mosquitto/mosquitto', verdict: 'pass', observed: '1 of 1 ready' },
];

/** One criterion of each kind of verdict, and of those that only advise, with evidence that all charts can be drawn from. */
export function mixedRun(): RunResult {
  const look = 'kubectl --namespace timescaledb get pods --selector app=redpanda-connect';
  return sampleRun([
    sampleCriterion(
      'P1.workloads',
      sampleVerdict('fail', {
        summary: 'timescaledb/redpanda-connect: 0 of 1 ready',
        expected: 'every workload has all replicas ready',
        observed: workloadFindings[0]?.observed ?? '',
        since: '2026-11-24T03:35:12Z',
        look,
        hint: 'Read the log of the container that ended before you go on (plan 1.1).',
        findings: workloadFindings,
      }),
      { evidence: { workloads: { seen: [{ name: 'redpanda-connect', replicasReady: 0 }], unseen: [] } } },
    ),
    sampleCriterion('P1.restarts', sampleVerdict('fail', { summary: 'redpanda-connect restarted 3 times' }), {
      gates: false,
    }),
    sampleCriterion(
      'P1.logs-clean',
      sampleVerdict('inconclusive', {
        summary: 'the log does not reach back',
        observed: 'the log of mosquitto reaches back 4 min of 1 h',
        hint: 'Wait until the log spans the window, then verify again.',
      }),
    ),
    sampleCriterion('P1.values', sampleVerdict('waived', { summary: 'waived until 2026-12-31: sensor is replaced' }), {
      gates: false,
    }),
    sampleCriterion('P1.migrations', sampleVerdict('not-applicable', { summary: 'no migration is declared' })),
    sampleCriterion('P1.topics-fresh', sampleVerdict('pass', { summary: '2 topics fresh' }), {
      evidence: {
        topics: {
          seen: [
            { topic: 'homelab-energy-realtime', newestAgeSeconds: 0.4 },
            { topic: 'homelab-heatpump-telemetry', newestAgeSeconds: 12 },
          ],
          unseen: [],
        },
      },
    }),
    sampleCriterion('P1.tables-fresh', sampleVerdict('pass', { summary: '2 streams fresh' }), {
      evidence: { rows: { seen: [{ stream: 'energy', newestAgeSeconds: 0.9 }], unseen: [] } },
    }),
    sampleCriterion('P1.lag', sampleVerdict('pass', { summary: '2 groups, no lag' }), {
      evidence: { readings: sampleReadings },
    }),
    sampleCriterion('P1.rows-keep-pace', sampleVerdict('pass', { summary: '36 records, 36 rows' }), {
      evidence: {
        counts: {
          window: { from: '2026-11-24T03:38:00.000Z', to: '2026-11-24T03:40:00.000Z' },
          records: { seen: [{ topic: 'homelab-energy-realtime', records: 240 }], unseen: [] },
          rows: { seen: [{ stream: 'energy', rowCount: 238 }], unseen: [] },
        },
      },
    }),
  ]);
}

const sampleReadings = {
  first: sampleReading('2026-11-24T03:40:01.000Z', 100, 98),
  second: sampleReading('2026-11-24T03:40:04.000Z', 116, 115),
};

function sampleReading(at: string, highOffset: number, committedOffset: number): object {
  const topic = 'homelab-energy-realtime';
  const partition = { topic, partition: 0, highOffset, committedOffset, lagRecords: highOffset - committedOffset };
  return {
    at,
    topics: { seen: [{ topic, partitions: [{ partition: 0, lowOffset: 0, highOffset }] }], unseen: [] },
    groups: { seen: [{ group: 'timescaledb-energy', partitions: [partition] }], unseen: [] },
  };
}
