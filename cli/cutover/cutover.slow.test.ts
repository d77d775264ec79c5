import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { AppsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CutoverEntry, cutoverEntry } from '../../helpers/cutover/schema.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { branch, commitChange, filesOf, headOf } from '../../replica/embedded/flux/repository.ts';
import { lockCluster } from '../acts/lock.ts';
import { type Checkout, checkout } from '../testing/checkout.ts';
import { type Ended, type RunningCommand, startCommand, terminal } from '../testing/command.ts';

/** The plan's phase 5 and its way back, as an operator takes them: the commands, their questions, their refusals. */
const testMs = 300_000;
const flux = {
  group: 'kustomize.toolkit.fluxcd.io',
  version: 'v1',
  namespace: 'flux-system',
  plural: 'kustomizations',
};
/** The one owner that Flux still reconciles: its manifest in Git leaves the replicas out, so phase 4 takes it. */
const reconciled = 'mqtt-input';
const old = [
  'mqtt-input/mqtt-input',
  'mqtt-input-v2/mqtt-input-v2',
  'redpanda-sink/redpanda-connect',
  'redpanda-sink-v2/redpanda-connect',
];

if (terminal === undefined) test.skip('cutover on a terminal: there is no `script` of util-linux on PATH', () => {});

describe.runIf(terminal !== undefined)('cutover and back', () => {
  let project: Checkout;
  let kubeConfig: KubeConfig;

  beforeAll(async () => {
    project = await checkout();
    await done('replica/cli.ts', '--detach');
    kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(join(project.path, '.replica', 'kubeconfig'));
    await leaveReplicasOut(join(project.path, '.replica', 'gitops.git'));
  }, testMs);
  afterAll(async () => {
    await done('replica/cli.ts', '--down');
    await project?.[Symbol.asyncDispose]();
  }, testMs);

  const start = (args: readonly string[], onTerminal?: true): RunningCommand =>
    startCommand(args, {
      cwd: project.path,
      env: { TMPDIR: project.temporary },
      withinSeconds: 240,
      ...(onTerminal ? { onTerminal } : {}),
    });
  const run = async (...args: string[]): Promise<Ended> => {
    await using command = start(args);
    return await command.ended;
  };
  const done = async (...args: string[]): Promise<Ended> => {
    const ended = await run(...args);
    expect(ended.code, `${args.join(' ')}:\n${ended.stdout}\n${ended.stderr}`).toBe(0);
    return ended;
  };
  /** Answers the question of a command on a terminal. */
  const answered = async (script: string, name: string): Promise<Ended> => {
    await using command = start([script], true);
    await command.said(/Type the context's name, embedded, to go on/);
    command.type(name);
    return await command.ended;
  };

  const kustomizations = () => kubeConfig.makeApiClient(CustomObjectsApi);

  async function leaveReplicasOut(gitdir: string): Promise<void> {
    const files = await filesOf(gitdir, await headOf(gitdir, branch));
    const edits = [...files].flatMap(([path, text]): [string, string][] =>
      /kind: Deployment[\s\S]*name: mqtt-input\n/.test(text) && text.includes('  replicas: 1\n')
        ? [[path, text.replace('  replicas: 1\n', '')]]
        : [],
    );
    expect(edits).toHaveLength(1);
    const commit = await commitChange(gitdir, 'Leave the replicas of mqtt-input to whoever scales it', new Map(edits));
    const body = [{ op: 'replace', path: '/spec/suspend', value: false }];
    await kustomizations().patchNamespacedCustomObject({ ...flux, name: reconciled, body });
    const applied = async () => {
      const { status } = await kustomizations().getNamespacedCustomObject({ ...flux, name: reconciled });
      const revision = String(status?.lastAppliedRevision);
      return revision.includes(commit) ? seen(undefined) : notYet(`Flux has applied ${revision}`);
    };
    await eventually(applied, { for: `${commit} applied`, within: 60, every: 0.2 });
  }

  /** `mqtt-input/mqtt-input` and how many replicas it is to have. */
  async function replicas(): Promise<Record<string, number | undefined>> {
    const { items } = await kubeConfig.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces();
    const of = ({ metadata, spec }: (typeof items)[number]) =>
      [`${metadata?.namespace}/${metadata?.name}`, spec?.replicas] as const;
    return Object.fromEntries(items.map(of).filter(([name]) => old.includes(name)));
  }

  async function isReconciled(): Promise<boolean> {
    const { spec } = await kustomizations().getNamespacedCustomObject({ ...flux, name: reconciled });
    return spec.suspend !== true;
  }

  /** The ledger's last entry of an act. */
  async function lastOf(action: CutoverEntry['action']): Promise<CutoverEntry | undefined> {
    const directory = join(project.path, '.replica', 'ledger');
    const { metadata } = await kubeConfig.makeApiClient(CoreV1Api).readNamespace({ name: 'kube-system' });
    const entries = (await readLedger(ledgerFile(directory, metadata?.uid ?? ''))).entries(cutoverEntry);
    return entries.findLast((entry) => entry.action === action);
  }

  const all = (count: number) => Object.fromEntries(old.map((name) => [name, count]));

  test(
    'without GO in phase 4 nothing is done',
    async () => {
      const { code, stdout, stderr } = await run('cli/cutover.ts', '--yes', 'embedded');
      expect(stdout).toMatch(/NO-GO: phase4/);
      expect(stderr).toContain('phase 4 is not GO, so the old system stays as it is: nothing was done');
      expect(code).toBe(64);
      expect(await replicas()).toEqual(all(1));
    },
    testMs,
  );

  test(
    'captured, backed up and GO it shows what it will do, asks, and does it under the lock',
    async () => {
      await done('cli/state-capture.ts');
      await done('cli/backup.ts');
      const { code, stdout } = await answered('cli/cutover.ts', 'embedded');
      expect(code, stdout).toBe(0);
      const said = stripVTControlCharacters(stdout).replaceAll('\r', '');
      const shown = said.slice(said.indexOf('cutover of embedded'), said.indexOf('Type the context'));
      expect(said).toMatch(/GO: phase4/);
      expect(shown.trim().split('\n').slice(1)).toEqual([
        `  suspend Kustomization flux-system/${reconciled} in Flux`,
        ...old.map((name) => `  scale Deployment ${name} from 1 to 0`),
      ]);
      expect(said).toMatch(/done, and noted in .*\nnext: npm run verify:phase5/);
      expect(await replicas()).toEqual(all(0));
      expect(await isReconciled()).toBe(false);
    },
    testMs,
  );

  test(
    'an undo is refused for another name, without a terminal, and while another act holds the lock',
    async () => {
      const other = await answered('cli/cutover-undo.ts', 'homelab');
      expect(other.stdout).toContain('what was typed is "homelab", the context is embedded: nothing was done');
      const unasked = await run('cli/cutover-undo.ts');
      expect(unasked.stderr).toContain('nobody is there to be asked, and nothing was done');
      await using _ = await lockCluster(kubeConfig, 'cutover');
      const second = await run('cli/cutover-undo.ts', '--yes', 'embedded');
      expect(second.stderr).toMatch(/another act is under way: cutover by embedded on .* since .*; nothing was done/);
      expect([other.code, unasked.code, second.code]).toEqual([64, 64, 64]);
      expect(await replicas()).toEqual(all(0));
    },
    testMs,
  );

  test(
    'the undo puts everything back, and resumes Flux; the ledger tells of both',
    async () => {
      const { code, stdout } = await answered('cli/cutover-undo.ts', 'embedded');
      expect(code, stdout).toBe(0);
      expect(await replicas()).toEqual(all(1));
      expect(await isReconciled()).toBe(true);
      const cut = await lastOf('cutover');
      expect(cut).toMatchObject({ doneAt: expect.any(String), owners: [`flux-system/${reconciled}`] });
      expect(cut?.scaled).toMatchObject(old.map(() => ({ from: 1, to: 0 })));
      expect((await lastOf('undo'))?.scaled).toMatchObject(old.map(() => ({ from: 0, to: 1 })));
    },
    testMs,
  );

  test(
    'one that was made by hand is noted at its time, once it was made',
    async () => {
      const early = await run('cli/cutover.ts', '--made-at', new Date().toISOString());
      expect(early.stderr).toMatch(/the cutover was not made: scale Deployment .* from 1 to 0.* is left/);
      expect(early.code).toBe(64);
      const apps = kubeConfig.makeApiClient(AppsV1Api);
      for (const [namespace = '', name = ''] of old.map((each) => each.split('/')))
        await apps.patchNamespacedDeployment({
          namespace,
          name,
          body: [{ op: 'replace', path: '/spec/replicas', value: 0 }],
        });
      const at = new Date().toISOString();
      const { stdout } = await done('cli/cutover.ts', '--made-at', at);
      expect(stdout).toContain(`not done yet: suspend Kustomization flux-system/${reconciled} in Flux`);
      expect(await lastOf('cutover')).toMatchObject({ at, doneAt: at, by: expect.stringMatching(/, by hand$/) });
    },
    testMs,
  );
});
