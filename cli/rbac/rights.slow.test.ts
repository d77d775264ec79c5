import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { permissionFindings } from '../../helpers/doctor/judge/permissions.ts';
import { needs } from '../../helpers/doctor/needs.ts';
import { lookWithin } from '../../helpers/doctor/observe/look.ts';
import { observePermissions } from '../../helpers/doctor/observe/permissions.ts';
import type { Need } from '../../helpers/doctor/observed.ts';
import { sights } from '../../helpers/doctor/testing/samples.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import type { Target } from '../../helpers/target/target.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { callReplicaAt } from '../../replica/control.ts';
import type { AuditEntry } from '../../replica/embedded/kubernetes/http/audit.ts';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import { requestsOf } from '../../scenarios/footprint/audit.ts';
import { startCommand } from '../testing/command.ts';

/**
 * The account of deploy/rbac.yaml against what is asked with it: on an embedded replica, and on that of a real cluster
 * where RIGHTS_KUBECONFIG is the kubeconfig that `npm run replica -- --on` printed and AUDIT_LOG the file of its API
 * server's audit log.
 */
const startMs = 120_000;
const runMs = 300_000;
const account = 'system:serviceaccount:verify:reader';
const role = 'telemetry-verifier';
const migration = loadMigration('migration.yaml');

/** A replica with the account in it. */
interface Subject extends AsyncDisposable {
  readonly kubeconfig: string;
  /** Of migration.yaml. */
  readonly target: 'embedded' | 'scratch';
  /** What the account has asked for so far. */
  requests(): Promise<Request[]>;
}

interface Request {
  readonly need: Need;
  readonly status: number;
}

const { RIGHTS_KUBECONFIG: clusterKubeconfig, AUDIT_LOG: auditLog } = process.env;
const subjects = [
  { name: 'the embedded replica', open: openEmbedded, skip: false },
  {
    name: 'a replica on a real cluster (RIGHTS_KUBECONFIG and AUDIT_LOG)',
    open: openCluster,
    skip: clusterKubeconfig === undefined || auditLog === undefined,
  },
];

const words = ({ verb, resource, group, namespace, name }: Need) =>
  [verb, group === '' ? resource : `${resource}.${group}`, name, 'in', namespace].filter(Boolean).join(' ');

/** What a healthy target gives no occasion to ask for. */
function isForTrouble({ verb, group, resource, namespace }: Need): boolean {
  // Which Services there are instead of one that is missing; and newer API servers want create for a tunnel opened by GET.
  // NetworkPolicies are looked at where something was lost on the way, the old system's use where too much is used.
  return (
    (verb === 'list' && (resource === 'services' || resource === 'networkpolicies')) ||
    (group === 'metrics.k8s.io' && migration.old.workloads.some((workload) => workload.namespace === namespace)) ||
    (verb === 'create' && resource === 'pods/portforward')
  );
}

/** Those that any replica can be judged by before the cutover. */
const phases = ['phase1', 'phase2', 'phase3', 'phase4'];

/** What is asked for after the cutover only: by the cleanup, by the new databases' backups and alerts; and why Flux serves nothing. */
const later = [
  'list pods in monitoring',
  'get pods/portforward in monitoring',
  'list cronjobs.batch in timescaledb',
  'list jobs.batch in timescaledb',
  'list cronjobs.batch in heatpump-settings',
  'list jobs.batch in heatpump-settings',
  'list clusterrolebindings.rbac.authorization.k8s.io in',
  'list pods in flux-system',
];

/** The mark of a replica, which the replica grants itself. */
function isMark({ resource, name }: Need): boolean {
  return resource === 'configmaps' && name === 'telemetry-replica';
}

describe.each(subjects)('on $name', ({ open, skip }) => {
  let subject: Subject;
  let output: string;
  beforeAll(async () => {
    if (skip) return;
    output = await mkdtemp(join(tmpdir(), 'rights-'));
    subject = await open();
  }, startMs);
  afterAll(async () => {
    if (skip) return;
    await subject?.[Symbol.asyncDispose]();
    await rm(output, { recursive: true, force: true });
  }, startMs);

  test.skipIf(skip)(
    'verify and doctor use each right of deploy/rbac.yaml, and ask for nothing beside',
    async () => {
      const { kubeconfig, target } = subject;
      const before = (await subject.requests()).length;
      const verified = phases.map((phase) => ['cli/verify.ts', phase, '--short', '--out', output]);
      for (const args of [...verified, ['cli/doctor.ts']]) {
        await using command = startCommand([...args, '--kubeconfig', kubeconfig, '--target', target]);
        const { code, stdout, stderr } = await command.ended;
        // A real cluster may lack something: then what was observed there says NO-GO.
        expect(code, stdout + stderr).toBeLessThanOrEqual(target === 'embedded' ? 0 : 1);
      }
      const requests = (await subject.requests()).slice(before);
      const asked = requests.map(({ need }) => need).filter((need) => !isMark(need));
      const granted = needs(migration, {});
      const unused = new Set(granted.filter((need) => !isForTrouble(need)).map(words)).difference(
        new Set(asked.map(words)),
      );
      expect([...new Set(asked.map(words)).difference(new Set(granted.map(words)))]).toEqual([]);
      expect([...unused]).toEqual(later);
      expect(requests.filter(({ status }) => status === 403)).toEqual([]);
    },
    runMs,
  );

  test.skipIf(skip)(
    'the doctor names each right that is taken away, by verb, resource and namespace, and no other',
    async () => {
      const { kubeconfig, target: kind } = subject;
      const config = new KubeConfig();
      config.loadFromFile(kubeconfig);
      const rbac = config.makeApiClient(RbacAuthorizationV1Api);
      const reader = { kind, timeScale: 1, kubeconfig, context: `verifier@${kind}` } as const;
      const target = await connectTarget(reader, 'reader', { env: {}, connectDeadlineSeconds: 20 });
      const all = needs(migration, {});
      try {
        // What a ClusterRole grants everywhere is there without the Role, too.
        for (const need of all.filter((each) => !isGrantedEverywhere(each, all))) {
          const rules = await rulesOf(rbac, need);
          try {
            await setRules(
              rbac,
              need,
              rules.flatMap((rule) => without(rule, need)),
            );
            const name = need.name === undefined ? '' : ` ${need.name}`;
            const where = isOfCluster(need) ? '' : ` in ${need.namespace}`;
            const wanted = expect.stringMatching(`^may not ${need.verb} ${need.resource}${name}${where};`);
            await whenMissed(target, all, [wanted]);
          } finally {
            await setRules(rbac, need, rules);
          }
        }
        await whenMissed(target, all, []);
      } finally {
        await target.close();
      }
    },
    runMs,
  );
});

async function openEmbedded(): Promise<Subject> {
  const replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
  return {
    kubeconfig: replica.kubeconfig,
    target: 'embedded',
    async requests() {
      const entries = await callReplicaAt<AuditEntry[]>(replica.kubeconfig, 'GET', 'audit');
      return entries.filter(({ user }) => user === account).flatMap((entry) => request(entry) ?? []);
    },
    [Symbol.asyncDispose]: () => replica.stop(),
  };
}

async function openCluster(): Promise<Subject> {
  const log = auditLog ?? '';
  const { size: start } = await stat(log);
  return {
    kubeconfig: clusterKubeconfig ?? '',
    target: 'scratch',
    async requests() {
      const lines = (await text(createReadStream(log, { start }))).split('\n');
      return requestsOf(lines.slice(0, -1), account).flatMap(
        ({ verb, objectRef: { apiGroup: group, ...ref } = {}, responseStatus }) =>
          request({ verb, ...ref, ...(group === undefined ? {} : { group }), status: responseStatus?.code ?? 0 }) ?? [],
      );
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Undefined for what every user may ask: versions, the list of APIs, what it may do. */
function request({
  verb,
  group = '',
  resource = '',
  subresource,
  namespace = '',
  name,
  status,
}: Omit<AuditEntry, 'at' | 'path' | 'user'>): Request | undefined {
  if (resource === '' || resource.startsWith('selfsubject')) return undefined;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  // Roles name single Secrets, Jobs and the one namespace; whatever else is asked for by name may be any.
  const byName = ['secrets', 'jobs', 'namespaces', 'configmaps'].includes(resource) && name !== undefined;
  const place = resource === 'namespaces' ? (name ?? '') : namespace;
  return { need: { verb, group, resource: whole, namespace: place, ...(byName ? { name } : {}) }, status };
}

/** A real API server learns of a changed Role a moment later. */
async function whenMissed(target: Target, all: readonly Need[], wanted: readonly unknown[]): Promise<void> {
  const what = wanted.length === 0 ? 'no right to be missed' : 'the right to be missed, and no other';
  const look = async () => {
    const now = await missed(target, all);
    try {
      expect(now).toEqual(wanted);
      return seen(undefined);
    } catch {
      return notYet(now.join('; ') || 'none is missed');
    }
  };
  await eventually(look, { for: what, within: 20, every: 0.05 });
}

/** A namespace by its name, and what is looked for in all of them. */
function isOfCluster({ resource, namespace }: Pick<Need, 'resource' | 'namespace'>): boolean {
  return resource === 'namespaces' || namespace === '';
}

function isGrantedEverywhere({ namespace, group, resource, verb }: Need, all: readonly Need[]): boolean {
  const isSame = (each: Need) => each.group === group && each.resource === resource && each.verb === verb;
  return namespace !== '' && all.some((each) => each.namespace === '' && isSame(each));
}

async function missed(target: Target, all: readonly Need[]): Promise<string[]> {
  const permissions = await observePermissions(target, lookWithin(60), all);
  return permissionFindings(sights({ permissions }))
    .filter(({ level }) => level !== 'ok')
    .map(({ text }) => text);
}

async function rulesOf(rbac: RbacAuthorizationV1Api, { resource, namespace }: Need): Promise<V1PolicyRule[]> {
  const object = isOfCluster({ resource, namespace })
    ? await rbac.readClusterRole({ name: role })
    : await rbac.readNamespacedRole({ namespace, name: role });
  return object.rules ?? [];
}

async function setRules(rbac: RbacAuthorizationV1Api, need: Need, rules: readonly V1PolicyRule[]): Promise<void> {
  const body = [{ op: 'replace', path: '/rules', value: rules }];
  if (isOfCluster(need)) await rbac.patchClusterRole({ name: role, body });
  else await rbac.patchNamespacedRole({ namespace: need.namespace, name: role, body });
}

/** A rule without one verb on one resource: what it grants beside stays. */
function without(rule: V1PolicyRule, { group, resource, name, verb }: Need): V1PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames, verbs } = rule;
  const isMeant =
    apiGroups.includes(group) && resources.includes(resource) && (name === undefined || resourceNames?.includes(name));
  if (!isMeant) return [rule];
  const others = { ...rule, resources: resources.filter((each) => each !== resource) };
  const rest = { ...rule, resources: [resource], verbs: verbs.filter((each) => each !== verb) };
  return [others, rest].filter(({ resources: left, verbs: may }) => left.length > 0 && may.length > 0);
}
