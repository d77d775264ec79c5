import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slowLink } from '../helpers/target/testing/slow-link.ts';
import { callReplicaAt } from '../replica/control.ts';
import { type ReplicaHandle, startOwnReplica } from '../replica/lifecycle.ts';
import { startCommand } from './testing/command.ts';

const startMs = 120_000;
const runMs = 240_000;

let replica: ReplicaHandle;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slow-'));
  replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
}, startMs);
afterAll(async () => {
  await replica?.stop();
  await rm(directory, { recursive: true, force: true });
}, startMs);

interface Decided {
  readonly decision: string;
  readonly seconds: number;
  readonly others: readonly string[];
}

async function verify(kubeconfig: string): Promise<Decided> {
  const args = ['cli/verify.ts', 'phase1', '--json', '--out', directory, '--kubeconfig', kubeconfig];
  await using command = startCommand(args, { withinSeconds: runMs / 1000 });
  const { stdout } = await command.ended;
  const { decision, startedAt, finishedAt, criteria } = JSON.parse(stdout) as {
    decision: string;
    startedAt: string;
    finishedAt: string;
    criteria: { id: string; verdict: string; summary: string }[];
  };
  return {
    decision,
    seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
    others: criteria.flatMap(({ id, verdict, summary }) =>
      verdict === 'pass' ? [] : [`${id} ${verdict}: ${summary}`],
    ),
  };
}

test(
  'through a link of 200 ms and 1 Mbit/s the decision is the same, and takes a minute, not many',
  async () => {
    await using link = await slowLink(replica.kubeconfig, { roundTripMs: 200, bitsPerSecond: 1_000_000 });
    const kubeconfig = join(directory, 'slow');
    await writeFile(kubeconfig, link.kubeconfig, { mode: 0o600 });
    const { decision, seconds, others } = await verify(kubeconfig);
    console.log(`${seconds.toFixed(1)} s, ${link.connections} connections, ${Math.round(link.bytesDown / 1024)} KiB`);
    expect(others).toEqual([]);
    expect(decision).toBe('GO');
    // It all went through the link, and was held back by it.
    expect(link.connections).toBeGreaterThan(10);
    expect(link.bytesDown).toBeGreaterThan(100_000);
    expect(seconds).toBeGreaterThan((link.bytesDown * 8) / 1_000_000);
    // About 45 s on an idle machine; without asking together it was twice as long.
    expect(seconds).toBeLessThan(90);
  },
  runMs,
);

interface AuditEntry {
  readonly user?: string;
  readonly status: number;
}

test(
  'an API server that answers every fifth request by 429 or 500 is asked again, and the decision is the same',
  async () => {
    await callReplicaAt(replica.kubeconfig, 'PUT', 'faults/api-hiccups');
    try {
      const { decision, others } = await verify(replica.kubeconfig);
      expect(others).toEqual([]);
      expect(decision).toBe('GO');
    } finally {
      await callReplicaAt(replica.kubeconfig, 'DELETE', 'faults/api-hiccups');
    }
    const entries = await callReplicaAt<AuditEntry[]>(replica.kubeconfig, 'GET', 'audit');
    const answered = (code: number) => entries.filter(({ status }) => status === code).length;
    expect(answered(429)).toBeGreaterThan(5);
    expect(answered(500)).toBeGreaterThan(5);
  },
  runMs,
);
