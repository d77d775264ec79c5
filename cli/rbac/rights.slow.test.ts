import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { permissionFindings } from '../../helpers/doctor/judge/permissions.ts';
import { needs } from '../../helpers/doctor/needs.ts';
import { lookWithin } from '../../helpers/doctor/observe/look.ts';
import { observePermissions } from '../../helpers/doctor/observe/permissions.ts';
import type { Need } from '../../helpers/doctor/observed.ts';
import { sights } from '../../helpers/doctor/testing/samples.ts';
import { connectTarget } from '../../helpers/target/connect.ts';
import type { Target } from '../../helpers/target/target.ts';
import { callReplicaAt } from '../../replica/control.ts';
import type { AuditEntry } from '../../replica/embedded/kubernetes/http/audit.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { startCommand } from '../testing/command.ts';

/** The account of deploy/rbac.yaml, which the replica has as an operator's cluster would, against what is asked with it. */
const startMs = 120_000;
const runMs = 120_000;
const account = 'system:serviceaccount:verify:reader';
const role = 'telemetry-verifier';
const migration = loadMigration('migration.yaml');

let replica: ReplicaHandle;
let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'rights-'));
  replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
}, startMs);
afterAll(async () => {
  await replica?.stop();
  await rm(output, { recursive: true, force: true });
}, startMs);

const words = ({ verb, resource, group, namespace, name }: Need) =>
  [verb, group === '' ? resource : `${resource}.${group}`, name, 'in', namespace].filter(Boolean).join(' ');

/** What a healthy target gives no occasion to ask for. */
function isForTrouble({ verb, resource }: Need): boolean {
  // Which Services there are instead of one that is missing; and newer API servers want create for a tunnel opened by GET.
  return (verb === 'list' && resource === 'services') || (verb === 'create' && resource === 'pods/portforward');
}

test(
  'verify and doctor use each right of deploy/rbac.yaml, and ask for nothing beside',
  async () => {
    for (const args of [['cli/verify.ts', 'phase1', '--short', '--out', output], ['cli/doctor.ts']]) {
      await using command = startCommand([...args, '--kubeconfig', replica.kubeconfig]);
      const { code, stdout, stderr } = await command.ended;
      expect(code, stdout + stderr).toBe(0);
    }
    const entries = await callReplicaAt<AuditEntry[]>(replica.kubeconfig, 'GET', 'audit');
    const asked = entries
      .filter(({ user, resource = '' }) => user === account && resource !== '' && !resource.startsWith('selfsubject'))
      .map(({ verb, group = '', resource = '', subresource, namespace = '', name }): Need => {
        const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
        // Roles name single Secrets, Jobs and the one namespace; whatever else is asked for by name may be any.
        const byName = ['secrets', 'jobs', 'namespaces'].includes(resource) && name !== undefined;
        const place = resource === 'namespaces' ? (name ?? '') : namespace;
        return { verb, group, resource: whole, namespace: place, ...(byName ? { name } : {}) };
      });
    const granted = needs(migration, {});
    expect(new Set(asked.map(words))).toEqual(new Set(granted.filter((need) => !isForTrouble(need)).map(words)));
    const refused = entries.filter(({ user, status }) => user === account && status === 403);
    expect(refused).toEqual([]);
  },
  runMs,
);

test(
  'the doctor names each right that is taken away, by verb, resource and namespace, and no other',
  async () => {
    const config = new KubeConfig();
    config.loadFromFile(replica.kubeconfig);
    const rbac = config.makeApiClient(RbacAuthorizationV1Api);
    const { kubeconfig } = replica;
    const reader = { kind: 'embedded', timeScale: 1, kubeconfig, context: 'verifier@embedded' } as const;
    const target = await connectTarget(reader, 'reader', { env: {}, connectDeadlineSeconds: 20 });
    const all = needs(migration, {});
    try {
      // What a ClusterRole grants everywhere is there without the Role, too.
      for (const need of all.filter((each) => !isGrantedEverywhere(each, all))) {
        const rules = await rulesOf(rbac, need);
        await setRules(
          rbac,
          need,
          rules.flatMap((rule) => without(rule, need)),
        );
        const missing = await missed(target, all);
        await setRules(rbac, need, rules);
        const name = need.name === undefined ? '' : ` ${need.name}`;
        const where = isOfCluster(need) ? '' : ` in ${need.namespace}`;
        expect(missing).toEqual([expect.stringMatching(`^may not ${need.verb} ${need.resource}${name}${where};`)]);
      }
      expect(await missed(target, all)).toEqual([]);
    } finally {
      await target.close();
    }
  },
  runMs,
);

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
  const object =
    isOfCluster({ resource, namespace })
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
