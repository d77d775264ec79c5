import { describe, expect, test } from 'vitest';
import type { FluxState, GitState, KustomizationState, OwnedWorkload, SourceState } from '../../gitops/observed.ts';
import { ago, migration, noon, seen, unseen } from '../testing/samples.ts';
import { judgeCutoverKept } from './cutover-kept.ts';
import { judgeDirectoriesGone } from './directories.ts';
import { judgeFluxReady } from './flux-ready.ts';
import { judgeGitClean } from './git-clean.ts';
import { judgeKustomizationsGone } from './kustomizations-gone.ts';
import { judgeOwners } from './owners.ts';
import { type Captured, judgePrune } from './prune.ts';
import { judgeRollbackKept } from './rollback-kept.ts';

const revision = 'main@sha1:5f1c2a7e9d3b4860a1f2c3d4e5f60718293a4b5c';
const newer = 'main@sha1:6f1c2a7e9d3b4860a1f2c3d4e5f60718293a4b5c';
const refs = [...migration.old.workloads, ...migration.new.workloads];
const apps = [...new Set(refs.map(({ namespace }) => namespace))];
const old: readonly string[] = migration.gitops.kustomizations;
const root = { namespace: 'flux-system', name: 'flux-system' };

const source = (change: Partial<SourceState> = {}): SourceState => ({
  ...root,
  url: 'https://example.invalid/homelab.git',
  suspended: false,
  intervalSeconds: 60,
  current: true,
  ready: { status: 'True', reason: 'Succeeded', message: 'stored' },
  revision,
  ...change,
});

const kustomization = (name: string, change: Partial<KustomizationState> = {}): KustomizationState => ({
  namespace: 'flux-system',
  name,
  path: name === root.name ? './gitops/clusters/homelab' : `./gitops/apps/homelab/${name}`,
  prune: true,
  patchesReplicas: false,
  suspended: old.includes(name),
  intervalSeconds: 600,
  current: true,
  ready: { status: 'True', reason: 'ReconciliationSucceeded', message: 'Applied', since: ago(120) },
  source: { kind: 'GitRepository', ...root },
  appliedRevision: revision,
  inventory: refs
    .filter(({ namespace }) => namespace === name)
    .map(({ kind, namespace, name: own }) => `${kind} ${namespace}/${own}`),
  reconciledAt: ago(120),
  finalizers: ['finalizers.fluxcd.io'],
  owner: root,
  ...change,
});

/** Changes by name; undefined takes one away. */
type Changes = Readonly<Record<string, Partial<KustomizationState> | undefined>>;

const flux = (changes: Changes = {}, own: SourceState[] = [source()]): FluxState => ({
  installed: true,
  sources: own,
  kustomizations: [root.name, ...apps].flatMap((name) =>
    name in changes && changes[name] === undefined ? [] : [kustomization(name, changes[name])],
  ),
});
const withoutOld: Changes = Object.fromEntries(old.map((name) => [name, undefined]));

const owned = (change: (name: string) => Partial<OwnedWorkload> | undefined = () => ({})): OwnedWorkload[] =>
  refs.flatMap(({ kind, namespace, name, replicas }) => {
    const changed = change(namespace);
    const owner = { namespace: 'flux-system', name: namespace };
    return changed === undefined ? [] : [{ kind, namespace, name, replicas, owner, ...changed }];
  });

const git = (
  change: Partial<GitState> = {},
  replicas: number | undefined = 1,
  defines: readonly string[] = apps,
): GitState => ({
  revision,
  from: 'Flux’s own artifact',
  fileCount: 60,
  directories: ['gitops', 'gitops/apps', ...defines.map((name) => `gitops/apps/base/${name}`)],
  applied: [
    {
      ...root,
      definitions: defines.map((name, index) => ({
        file: 'apps.yaml',
        line: 1 + 14 * index,
        kind: 'Kustomization',
        namespace: 'flux-system',
        name,
      })),
      unfollowed: [],
      unreadable: [],
    },
    ...defines.map((app) => ({
      namespace: 'flux-system',
      name: app,
      definitions: refs
        .filter(({ namespace }) => namespace === app)
        .map(({ kind, namespace, name }) => ({
          file: `gitops/apps/base/${app}/deployment.yaml`,
          line: 1,
          kind,
          namespace,
          name,
          ...(replicas === undefined ? {} : { replicas }),
        })),
      unfollowed: [],
      unreadable: [],
    })),
  ],
  unapplied: [],
  ...change,
});
const newOnly = apps.filter((name) => !old.includes(name));
const noFlux: FluxState = { installed: false, sources: [], kustomizations: [] };
const none = { ...migration, gitops: { ...migration.gitops, none: 'manifests are applied by hand' } };

describe('P4.flux', () => {
  const judge = (state: FluxState, definitions = seen(git())) =>
    judgeCutoverKept({ flux: seen(state), git: definitions, owned: seen(...owned()) }, migration, noon);

  test('passes where every owner is suspended, also when Git cannot be read', () => {
    expect(judge(flux()).kind).toBe('pass');
    expect(judge(flux(), unseen('Git')).kind).toBe('pass');
  });

  test('fails for one that is not, with the time of its next reconcile', () => {
    const verdict = judge(flux({ 'mqtt-input': { suspended: false } }));
    expect(verdict.kind).toBe('fail');
    expect(verdict.findings[0]).toMatchObject({ subject: 'mqtt-input/mqtt-input', verdict: 'fail' });
    expect(verdict.summary).toContain('its next reconcile comes by 2026-11-20T12:08:30Z');
    expect(verdict.hint).toContain('"suspend":true');
  });

  test.each([
    ['leaves replicas out', undefined],
    ['says 0', 0],
  ])('passes unsuspended where Git %s', (_, replicas) => {
    const state = git();
    const applied = state.applied.map((each) => ({
      ...each,
      definitions: each.definitions.map(({ replicas: _, ...rest }) =>
        replicas === undefined ? rest : { ...rest, replicas },
      ),
    }));
    expect(judge(flux({ 'mqtt-input': { suspended: false } }), seen({ ...state, applied })).kind).toBe('pass');
  });

  test.each<[string, Partial<KustomizationState>, Partial<GitState>]>([
    [
      'Git has no definition',
      {},
      { applied: [{ namespace: 'flux-system', name: 'mqtt-input', definitions: [], unfollowed: [], unreadable: [] }] },
    ],
    ['Flux patches it', { patchesReplicas: true }, {}],
    ['it applies another source', {}, { applied: [] }],
  ])('is inconclusive unsuspended where %s', (_, change, state) => {
    expect(judge(flux({ 'mqtt-input': { suspended: false, ...change } }), seen(git(state))).kind).toBe('inconclusive');
  });

  test('fails where Git resumes what was suspended by hand', () => {
    const state = git();
    const applied = state.applied.map((each) => ({
      ...each,
      definitions: each.definitions.map((one) => (one.kind === 'Kustomization' ? { ...one, suspend: false } : one)),
    }));
    expect(judge(flux(), seen({ ...state, applied })).kind).toBe('fail');
  });

  test('the database is not scaled down, so its owner may run', () => {
    expect(judge(flux({ 'heatpump-mqtt': { suspended: false } })).kind).toBe('pass');
  });

  test('an inventory tells an owner that labels do not', () => {
    const verdict = judgeCutoverKept(
      {
        flux: seen(flux({ 'mqtt-input': { suspended: false } })),
        git: seen(git()),
        owned: seen(...owned().map(({ owner: _, ...rest }) => rest)),
      },
      migration,
      noon,
    );
    expect(verdict.kind).toBe('fail');
  });
});

describe('where there is no Flux', () => {
  const judges = {
    owners: (state: FluxState, plan = migration) =>
      judgeOwners({ flux: seen(state), owned: seen(...owned()) }, plan, noon),
    cutover: (state: FluxState, plan = migration) =>
      judgeCutoverKept({ flux: seen(state), git: seen<GitState>(), owned: seen(...owned()) }, plan, noon),
    gone: (state: FluxState, plan = migration) => judgeKustomizationsGone(seen(state), plan),
    clean: (state: FluxState, plan = migration) => judgeGitClean({ flux: seen(state), git: seen<GitState>() }, plan),
    ready: (state: FluxState, plan = migration) =>
      judgeFluxReady({ flux: seen(state), owned: seen(...owned()) }, plan, noon),
    directories: (state: FluxState, plan = migration) =>
      judgeDirectoriesGone({ flux: seen(state), git: seen<GitState>() }, plan),
  };

  test.each(Object.entries(judges))(
    '%s: inconclusive, not applicable once migration.yaml says why, never a pass',
    (_, judge) => {
      expect(judge(noFlux).kind).toBe('inconclusive');
      expect(judge(noFlux, none)).toMatchObject({
        kind: 'not-applicable',
        summary: expect.stringContaining('by hand'),
      });
      expect(judge(flux(), none).kind).toBe('inconclusive');
    },
  );

  test('nor where it could not be seen', () => {
    expect(judgeKustomizationsGone(unseen('Flux'), migration).kind).toBe('inconclusive');
  });
});

describe('P2.owners', () => {
  const judge = (state: FluxState, all = owned()) =>
    judgeOwners({ flux: seen(state), owned: seen(...all) }, migration, noon);

  test('names each owner, whether it prunes and is suspended', () => {
    const verdict = judge(flux());
    expect(verdict.kind).toBe('pass');
    expect(verdict.observed).toContain(
      'flux-system/mqtt-input, prunes: deleted unsuspended, it deletes this, suspended',
    );
  });

  test('a workload that nothing applies fails', () => {
    const all = owned().map((each) => {
      const { owner: _, ...rest } = each;
      return each.namespace === 'mqtt-input' ? rest : each;
    });
    expect(judge(flux({ 'mqtt-input': { inventory: [] } }), all).kind).toBe('fail');
  });

  test('no workload seen is no pass', () => {
    expect(judge(flux(), []).kind).toBe('inconclusive');
  });
});

describe('P6.kustomizations-gone', () => {
  const judge = (state: FluxState) => judgeKustomizationsGone(seen(state), migration);

  test('passes when all are gone and others are left', () => expect(judge(flux(withoutOld)).kind).toBe('pass'));
  test('fails while one is there', () => expect(judge(flux({ ...withoutOld, 'redpanda-sink': {} })).kind).toBe('fail'));
  test('an empty namespace proves nothing', () =>
    expect(judge({ installed: true, sources: [], kustomizations: [] }).kind).toBe('inconclusive'));
  test('one that is being deleted is named with what holds it', () => {
    const verdict = judge(flux({ ...withoutOld, 'mqtt-input': { deletingSince: ago(300) } }));
    expect(verdict).toMatchObject({
      kind: 'fail',
      since: ago(300),
      summary: expect.stringContaining('finalizers.fluxcd.io'),
    });
  });
});

describe('P6.git-clean', () => {
  const judge = (definitions = seen(git({}, 1, newOnly)), state = flux(withoutOld)) =>
    judgeGitClean({ flux: seen(state), git: definitions }, migration);

  test('passes where Git defines the new ones alone', () => expect(judge().kind).toBe('pass'));
  test('fails where it still defines an old one, with file and line', () => {
    const verdict = judge(seen(git()));
    expect(verdict.kind).toBe('fail');
    expect(verdict.summary).toMatch(/defined in apps\.yaml:\d+/);
  });
  test('one in a file that nothing applies is told, and no failure', () => {
    const aside = { file: 'archive/mqtt-input.yaml', line: 1, kind: 'Kustomization', name: 'mqtt-input' };
    expect(judge(seen(git({ unapplied: [aside] }, 1, newOnly)))).toMatchObject({
      kind: 'pass',
      summary: expect.stringContaining('archive/mqtt-input.yaml'),
    });
  });
  test('a repository that defines no Kustomization at all proves nothing', () =>
    expect(judge(seen(git({}, 1, []))).kind).toBe('inconclusive'));
  test('what Flux has fetched and not applied yet is not what runs', () =>
    expect(judge(seen(git({ revision: newer }, 1, newOnly))).kind).toBe('inconclusive'));
  test('a file that cannot be read hides what it defines', () => {
    const state = git({}, 1, newOnly);
    const applied = state.applied.map((each) => ({ ...each, unreadable: ['apps.yaml:3: bad'] }));
    expect(judge(seen({ ...state, applied })).kind).toBe('inconclusive');
  });
  test('Git that could not be read is inconclusive', () => expect(judge(unseen('Git')).kind).toBe('inconclusive'));
});

describe('P6.flux-ready', () => {
  const judge = (changes: Changes = {}, own: SourceState[] = [source()]) =>
    judgeFluxReady({ flux: seen(flux({ ...withoutOld, ...changes }, own)), owned: seen(...owned()) }, migration, noon);
  const notReady = { status: 'False', reason: 'BuildFailed', message: 'kustomize build failed' } as const;

  test('passes where all are Ready at one revision, and names the others', () => {
    expect(judge()).toMatchObject({ kind: 'pass', summary: expect.stringContaining('others: heatpump-mqtt') });
  });
  test.each<[string, Changes]>([
    ['is not Ready', { timescaledb: { ready: notReady } }],
    ['is stalled', { timescaledb: { stalled: { ...notReady, status: 'True' } } }],
    ['is at another revision', { timescaledb: { appliedRevision: newer } }],
    ['was last reconciled hours ago, whatever Ready says', { timescaledb: { reconciledAt: ago(7_200) } }],
    ['that applies the others is not Ready', { 'flux-system': { ready: notReady } }],
  ])('fails where one %s', (_, changes) => expect(judge(changes).kind).toBe('fail'));
  test.each<[string, SourceState[]]>([
    ['is not Ready', [source({ ready: { ...notReady, reason: 'GitOperationFailed' } })]],
    ['is stalled', [source({ stalled: { ...notReady, status: 'True' } })]],
    ['is suspended', [source({ suspended: true })]],
    ['is missing', []],
  ])('fails where the source %s', (_, own) => expect(judge({}, own).kind).toBe('fail'));
  test('one that is being reconciled is not decided yet', () => {
    const progressing = { status: 'Unknown', reason: 'Progressing', message: '' } as const;
    expect(judge({ timescaledb: { ready: progressing } }).kind).toBe('inconclusive');
  });
  test('another that is not Ready is listed alone', () =>
    expect(judge({ 'heatpump-mqtt': { ready: notReady } }).kind).toBe('pass'));
  test('a new system that no Kustomization applies is no pass', () => {
    const verdict = judgeFluxReady({ flux: seen(flux(withoutOld)), owned: seen() }, migration, noon);
    expect(verdict.kind).toBe('inconclusive');
  });
});

describe('P6.prune', () => {
  const capture: Captured = {
    at: ago(86_400),
    workloads: refs.map(({ kind, namespace, name, replicas }) => ({ kind, namespace, name, replicas })),
    manifests: migration.old.workloads.map(({ kind, namespace, name }) => ({ kind, metadata: { namespace, name } })),
  };
  const claim = {
    namespace: 'heatpump-mqtt',
    name: 'data-timescaledb-0',
    phase: 'Bound',
    volume: 'pvc-1',
    mountedBy: [],
  };
  const judge = (all = owned(), claims = seen(claim), known: Captured | undefined = capture) =>
    judgePrune({ flux: seen(flux(withoutOld)), owned: seen(...all), claims, capture: known }, migration);
  const without = (namespace: string) => owned((each) => (each === namespace ? undefined : {}));

  test('passes where nothing is gone, and says that scaling rolls back', () =>
    expect(judge()).toMatchObject({ kind: 'pass', summary: expect.stringContaining('scaling') }));
  test('passes where an old workload is gone whose manifest was captured, and says what a rollback takes', () =>
    expect(judge(without('mqtt-input'))).toMatchObject({ kind: 'pass', summary: expect.stringContaining('apply') }));
  test('fails where the old database is gone', () => expect(judge(without('heatpump-mqtt')).kind).toBe('fail'));
  test('fails where a part of the new system is gone', () => expect(judge(without('timescaledb')).kind).toBe('fail'));
  test('fails where its volume is gone or not bound', () => {
    expect(judge(owned(), seen()).kind).toBe('fail');
    expect(judge(owned(), seen({ ...claim, phase: 'Lost' })).kind).toBe('fail');
  });
  test('without a capture what else is missing cannot be told', () => {
    const verdict = judgePrune(
      { flux: seen(flux(withoutOld)), owned: seen(...owned()), claims: seen(claim), capture: undefined },
      migration,
    );
    expect(verdict.kind).toBe('inconclusive');
  });
  test('volumes that may not be read are inconclusive', () =>
    expect(judge(owned(), unseen('volumes')).kind).toBe('inconclusive'));
});

describe('P8.directories-gone', () => {
  const judge = (state: GitState) =>
    judgeDirectoriesGone({ flux: seen(flux(withoutOld)), git: seen(state) }, migration);

  test('passes where none is named as an old Kustomization', () =>
    expect(judge(git({}, 1, newOnly)).kind).toBe('pass'));
  test('fails where one is left', () => expect(judge(git()).kind).toBe('fail'));
  test('a repository without any is no pass', () => expect(judge(git({ directories: [] })).kind).toBe('inconclusive'));
  test('a name within a name is another', () =>
    expect(judge(git({ directories: ['gitops/apps/base/mqtt-input-v3'] })).kind).toBe('pass'));
});

describe('R.flux', () => {
  const judge = (state: FluxState, definitions = seen(git()), all = owned()) =>
    judgeRollbackKept({ flux: seen(state), git: definitions, owned: seen(...all) }, migration, noon);
  const resumed: Changes = Object.fromEntries(old.map((name) => [name, { suspended: false }]));

  test('passes where Git says what runs, suspended or not', () => {
    expect(judge(flux()).kind).toBe('pass');
    expect(judge(flux(resumed)).kind).toBe('pass');
  });
  test('fails where Git says 0 for an old workload that runs again', () => {
    const scaled = owned((name) => (name === 'mqtt-input' ? { replicas: 2 } : {}));
    expect(judge(flux(resumed), seen(git()), scaled).kind).toBe('fail');
  });
  test('fails where a new workload was stopped and Flux will start it', () => {
    const stopped = owned((name) => (name === 'mqtt-kafka-bridge' ? { replicas: 0 } : {}));
    expect(judge(flux(), seen(git()), stopped).kind).toBe('fail');
  });
  test('fails where Git does not define what Flux applies any more: it will be deleted', () =>
    expect(judge(flux(resumed), seen(git({}, 1, newOnly))).kind).toBe('fail'));
  test('a workload that is missing was not rolled back', () =>
    expect(
      judge(
        flux(),
        seen(git()),
        owned((name) => (name === 'mqtt-input' ? undefined : {})),
      ).kind,
    ).toBe('fail'));
});
