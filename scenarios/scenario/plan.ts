import { duration } from '../../helpers/time-words.ts';
import { ownerOf } from '../../replica/embedded/flux/content.ts';
import { loadManifests } from '../../replica/embedded/manifests.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { accountStreams, losses, type StreamAccount } from './accounts.ts';
import { notReady } from './acts.ts';
import type { Stage } from './stage.ts';

/** What the plan has its operator do, phase by phase, for every scenario that plays it. */
const flux = 'flux-system';
const appsFile = 'gitops/clusters/homelab/apps.yaml';
const gitRepository = {
  group: 'source.toolkit.fluxcd.io',
  version: 'v1',
  namespace: flux,
  plural: 'gitrepositories',
  name: flux,
};
const kustomizations = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  namespace: flux,
  plural: 'kustomizations',
};

/** The inputs and sinks of the old system: what a cutover scales down. */
function oldDeployments({ migration }: FaultTarget) {
  return migration.old.workloads.filter(({ namespace }) => migration.old.namespaces.includes(namespace));
}

/** Phase 4: the backup, and the state that an undo goes by. */
export async function prepareCutover(stage: Stage): Promise<void> {
  await stage.npm('backup');
  await stage.npm('state:capture', [], { says: /^noted in/m });
}

/** Phase 5, by the suite's own command. */
export async function cutOver(stage: Stage, config?: string): Promise<void> {
  const own = config === undefined ? [] : ['--config', config];
  await stage.npm('cutover', ['--yes', stage.context, ...own], { says: /^done/m });
}

/** Phase 6: the old applications are commented out as the plan shows it, pushed, and Flux reconciles. */
export async function takeOutOfFlux(stage: Stage): Promise<void> {
  const { replica } = stage;
  const old = replica.migration.gitops.none === undefined ? replica.migration.gitops.kustomizations : [];
  await stage.step('the old applications are commented out in Git, and pushed', async () => {
    const git = repository(replica);
    const documents = ((await git.read(appsFile)) ?? '').split(/^(?=---$)/m);
    const isOld = (document: string) => old.some((name) => new RegExp(`^  name: ${name}$`, 'm').test(document));
    const edited = documents.map((each) => (isOld(each) ? each.replace(/^(?=.)/gm, '# ') : each)).join('');
    await git.commit('chore: remove old mqtt-input and redpanda-sink from Flux', new Map([[appsFile, edited]]));
    await reconcile(replica);
  });
  await stage.until('Flux has let go of them', async () => {
    const { items } = (await replica.custom.listNamespacedCustomObject(kustomizations)) as {
      items: { metadata: { name: string } }[];
    };
    const left = items.map(({ metadata }) => metadata.name).filter((name) => old.includes(name));
    return left.length === 0 ? undefined : left.join(', ');
  });
}

/** Phase 8: the namespaces are deleted, and the directories go from Git. */
async function cleanUp(stage: Stage): Promise<void> {
  const { replica } = stage;
  const { namespaces } = replica.migration.old;
  await stage.step('the old namespaces are deleted', async () => {
    for (const name of namespaces) await replica.core.deleteNamespace({ name });
  });
  await stage.until('they are gone', async () => {
    const { items } = await replica.core.listNamespace();
    const left = items.map(({ metadata }) => metadata?.name ?? '').filter((name) => namespaces.includes(name));
    return left.length === 0 ? undefined : left.join(', ');
  });
  await stage.step('their directories are removed from Git, and pushed', async () => {
    const git = repository(replica);
    const directories = namespaces.flatMap((name) => [`gitops/apps/base/${name}/`, `gitops/apps/homelab/${name}/`]);
    const gone = (await git.files()).filter((path) => directories.some((directory) => path.startsWith(directory)));
    await git.commit(
      'chore: remove old telemetry stack GitOps configs',
      new Map(gone.map((path) => [path, undefined])),
    );
    await reconcile(replica);
  });
}

/**
 * From phase 4 to 6: what is sent, carried and stored meanwhile is counted by itself at each place. Throws where more was
 * sent than stored.
 */
export async function fromReadyToGitops(stage: Stage): Promise<StreamAccount[]> {
  stage.chapter('Phase 4: prepare for cutover');
  await prepareCutover(stage);
  {
    await using _ = await stage.background('listen', ['--every', '5s'], / to /);
    await stage.verify('verify:phase4', { decision: 'GO' });
    stage.chapter('Phase 5: cutover');
    await cutOver(stage);
    await stage.verify('verify:phase5', { decision: 'GO' });
  }
  const accounts = await stage.step('messages, records and rows are counted', async () => {
    const counted = await accountStreams(stage.replica);
    const lost = losses(counted);
    if (lost.length > 0) throw new Error(lost.join('\n'));
    return counted;
  });
  stage.table({
    title: 'What was sent, carried and stored across the cutover',
    columns: ['stream', 'MQTT messages', 'Kafka records', 'rows', 'longest pause'],
    rows: accounts.map(({ stream, messages, records, rows, longestPauseSeconds }) => [
      ...[stream, String(messages), String(records), String(rows)],
      duration(longestPauseSeconds),
    ]),
  });
  stage.chapter('Phase 6: GitOps');
  await takeOutOfFlux(stage);
  await stage.verify('verify:phase6', { decision: 'GO' });
  stage.chapter('Phase 7: observation');
  await stage.verify('verify:phase7', { decision: 'INCONCLUSIVE', inconclusive: ['P7.days', 'P7.growth'] });
  return accounts;
}

/** Phases 7 and 8, on a replica whose cutover was a week ago. */
export async function aWeekLater(stage: Stage): Promise<Stage> {
  const week = await stage.later('after-phase7');
  await week.verify('verify:phase7', { decision: 'GO' });
  week.chapter('Phase 8: cleanup');
  await week.npm('backup');
  await week.verify('ready:phase8', { decision: 'GO' });
  await cleanUp(week);
  await week.verify('verify:phase8', { decision: 'GO' });
  return week;
}

/** `flux reconcile source git flux-system` */
async function reconcile({ custom }: FaultTarget): Promise<void> {
  const value = { 'reconcile.fluxcd.io/requestedAt': new Date().toISOString() };
  await custom.patchNamespacedCustomObject({
    ...gitRepository,
    body: [{ op: 'add', path: '/metadata/annotations', value }],
  });
}

function repository({ git }: FaultTarget) {
  if (git === undefined) throw new Error('this replica has no Git repository of its own');
  return git;
}

/** Undefined when every old input and sink has so many ready replicas and no other pod, else what each has. */
export async function oldNotReady(replica: FaultTarget, replicas: number): Promise<string | undefined> {
  const states = await Promise.all(
    oldDeployments(replica).map(async (each) => {
      const instead = await notReady(replica, each, replicas);
      return instead === undefined ? [] : [`${each.namespace}: ${instead}`];
    }),
  );
  return states.flat().join('; ') || undefined;
}

/**
 * The plan's rollback after phase 6 or 8: the commit that removed the old applications is reverted, Flux applies them
 * again, and what lies in no repository (Secrets, the read-only account) is made anew by hand.
 */
export async function bringBack(stage: Stage): Promise<void> {
  const { replica } = stage;
  const { namespaces } = replica.migration.old;
  const manifests = await loadManifests();
  await stage.step('the removal is reverted in Git, and pushed', async () => {
    const git = repository(replica);
    await git.commit('rollback: restore old telemetry stack', await git.original());
    await reconcile(replica);
  });
  await stage.until('Flux has made their namespaces', async () => {
    const { items } = await replica.core.listNamespace();
    const there = items.filter(({ status }) => status?.phase === 'Active').map(({ metadata }) => metadata?.name ?? '');
    const missing = namespaces.filter((name) => !there.includes(name));
    return missing.length === 0 ? undefined : `${missing.join(', ')} missing`;
  });
  await stage.step('their Secrets and the read-only account are made anew', async () => {
    const byHand = manifests.filter(
      (object) => namespaces.includes(object.metadata.namespace ?? '') && ownerOf(object, manifests) === undefined,
    );
    for (const object of byHand) await stage.put(object);
  });
  await stage.until('the old inputs and sinks run', () => oldNotReady(replica, 1), 120);
}
