import { afterAll, beforeAll, expect, test } from 'vitest';
import { callReplicaAt } from '../../replica/control.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { type DoctorDocument, doctorResultSchema } from './document.ts';
import { runDoctor } from './testing/run-doctor.ts';

/** A first start prepares databases. */
const startMs = 120_000;
const runMs = 60_000;

let replica: ReplicaHandle;

beforeAll(async () => {
  replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
}, startMs);
afterAll(() => replica?.stop(), startMs);

async function examined(): Promise<{ code: number; document: DoctorDocument; unseen: string[] }> {
  const { code, stdout, stderr } = await runDoctor('--kubeconfig', replica.kubeconfig, '--json');
  expect(stderr).toBe('');
  const document = doctorResultSchema.parse(JSON.parse(stdout));
  const unseen = document.findings.filter(({ level }) => level === 'unseen').map(({ group }) => group);
  return { code, document, unseen: [...new Set(unseen)] };
}

/** With a fault of the replica's planted while it looks. */
async function examinedWith(fault: string) {
  await callReplicaAt(replica.kubeconfig, 'PUT', `faults/${fault}`);
  try {
    return await examined();
  } finally {
    await callReplicaAt(replica.kubeconfig, 'DELETE', `faults/${fault}`);
  }
}

test(
  'of a healthy replica all can be seen, with the permissions of the verifier and no more',
  async () => {
    const { code, document } = await examined();
    expect(document.findings.filter(({ level }) => level === 'unseen' || level === 'warning')).toEqual([]);
    expect(code).toBe(0);
    expect(document.versions.filter(({ version }) => version === null)).toEqual([]);
  },
  runMs,
);

interface AuditEntry {
  readonly user?: string;
  readonly verb: string;
  readonly resource?: string;
  readonly subresource?: string;
}

test(
  'it writes nothing: it reads, forwards ports, and asks about itself',
  async () => {
    await examined();
    const entries = await callReplicaAt<AuditEntry[]>(replica.kubeconfig, 'GET', 'audit');
    const own = entries.filter(({ user }) => user === 'system:serviceaccount:verify:reader');
    expect(own.length).toBeGreaterThan(100);
    const others = own
      .filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))
      .map(({ verb, resource, subresource }) => [verb, resource, subresource].filter(Boolean).join(' '));
    expect(new Set(others)).toEqual(new Set(['create selfsubjectaccessreviews', 'create selfsubjectreviews']));
  },
  runMs,
);

const newSystem = ['heatpump-settings', 'mosquitto', 'mqtt-kafka-bridge', 'redpanda-v2', 'timescaledb'];
/** Where something is spoken to besides. */
const spokenTo = ['flux-system', 'heatpump-mqtt', 'monitoring'];
const oldSystem = ['mqtt-input', 'mqtt-input-v2', 'redpanda-sink', 'redpanda-sink-v2'];

test.each([
  {
    fault: 'no-permission-pods',
    rule: { resources: ['pods'], verbs: ['list'] },
    namespaces: [...newSystem, ...spokenTo, ...oldSystem],
    hidden: ['permissions', 'workloads', 'connect'],
  },
  {
    fault: 'no-permission-logs',
    rule: { resources: ['pods/log'], verbs: ['get'] },
    namespaces: newSystem,
    hidden: ['permissions'],
  },
  {
    fault: 'no-permission-port-forward',
    rule: { resources: ['pods/portforward'], verbs: ['get', 'create'] },
    namespaces: [...newSystem, ...spokenTo],
    hidden: ['permissions', 'mqtt', 'kafka', 'databases', 'connect'],
  },
])(
  '$fault: the rule that is missing, where, and what it hides',
  async ({ fault, rule, namespaces, hidden }) => {
    const { code, document, unseen } = await examinedWith(fault);
    expect(code).toBe(2);
    expect(document.missingRules).toMatchObject([{ apiGroups: [''], ...rule }]);
    // The whole cluster, which a ClusterRole grants, has no name.
    const named = document.missingRules[0]?.namespaces.filter((namespace) => namespace !== '');
    expect(named?.toSorted()).toEqual(namespaces.toSorted());
    expect(unseen).toEqual(hidden);
  },
  runMs,
);

test.each([
  ['broker-silent', 'kafka'],
  ['database-silent', 'databases'],
])(
  '%s: that alone is not seen, and it takes no longer than its deadlines',
  async (fault, group) => {
    const { code, document, unseen } = await examinedWith(fault);
    expect(code).toBe(2);
    expect(unseen).toEqual([group]);
    expect(document.findings.filter(({ level }) => level === 'unseen')).toHaveLength(1);
    expect(Date.parse(document.finishedAt) - Date.parse(document.startedAt)).toBeLessThan(17_000);
  },
  runMs,
);
