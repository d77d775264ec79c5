import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { KubeConfig } from '@kubernetes/client-node';
import { runInPod } from '../../helpers/backup/pod-exec.ts';
import { backupFiles, changeEntries, changeFile, noted } from './backup-files.ts';
import type { Fault, FaultTarget } from './fault.ts';
import { type Planting, planting } from './planting.ts';
import { changeRights } from './rights.ts';

const embeddedOnly =
  'backups and the ledger lie beside the replica’s kubeconfig; another cluster’s are the operator’s own';

/** What a backup that is none leaves unproven. */
const unproven = ['P4.restores'];
const dayMs = 86_400_000;
const cronJob = { namespace: 'timescaledb', name: 'timescaledb-backup' };

export const backupFaults: readonly Fault[] = [
  onBackup('backup-missing', 'no backup was ever taken', ['P4.backup'], unproven, async ({ steps, files }) =>
    changeEntries(steps, files.ledger, () => undefined),
  ),
  onBackup(
    'backup-of-postgres',
    'the plan’s own command was used: it dumps the database postgres, which is empty',
    ['P4.backup'],
    unproven,
    async ({ target, steps, files }) => {
      const dump = gzipSync(await plansOwnDump(target));
      await changeFile(steps, files.file, () => dump);
      await changeEntries(steps, files.ledger, (entry) => noted(entry, dump));
    },
  ),
  onBackup(
    'backup-truncated',
    'the backup’s second half is missing',
    ['P4.backup'],
    unproven,
    async ({ steps, files }) =>
      void (await changeFile(steps, files.file, (bytes) => bytes.subarray(0, bytes.length / 2))),
  ),
  onBackup(
    'backup-corrupt',
    'some bytes of the backup are damaged',
    ['P4.backup'],
    unproven,
    async ({ steps, files }) => void (await changeFile(steps, files.file, damaged)),
  ),
  onBackup(
    'backup-empty',
    'the backup is an empty file',
    ['P4.backup'],
    unproven,
    async ({ steps, files }) => void (await changeFile(steps, files.file, () => Buffer.alloc(0))),
  ),
  onBackup('backup-too-old', 'the backup is three days old', ['P4.backup'], [], async ({ steps, files }) =>
    changeEntries(steps, files.ledger, (entry) => {
      const at = new Date(Date.parse(entry.sums.at) - 3 * dayMs).toISOString();
      return { ...entry, sums: { ...entry.sums, at } };
    }),
  ),
  onBackup(
    'backup-altered',
    'one value of the backup is another than in the database, its checksum as noted',
    ['P4.restores'],
    [],
    async ({ steps, files }) => {
      const altered = await changeFile(steps, files.file, otherValue);
      await changeEntries(steps, files.ledger, (entry) => noted(entry, altered));
    },
  ),
  {
    name: 'backup-not-final',
    title: 'the old database got a row after the final backup',
    phase: 'ready-phase8',
    expects: ['P8.final-backup'],
    embeddedOnly,
    plant: (target) =>
      planting(async ({ undo }) => {
        undo(() => target.sql('old', 'DELETE FROM energy WHERE consumption_total_w = -1'));
        await target.sql('old', 'INSERT INTO energy (ts, consumption_total_w) VALUES (now(), -1)');
      }),
  },
  {
    name: 'backup-lost-at-the-end',
    title: 'the last backup of the old data is damaged when all else is done',
    phase: 'complete',
    expects: ['C.backup'],
    embeddedOnly,
    plant: (target) =>
      planting(async (steps) => void (await changeFile(steps, (await backupFiles(target)).file, damaged))),
  },
  {
    name: 'backup-job-suspended',
    title: 'the CronJob that backs up the new database is suspended',
    phase: 'post',
    expects: ['PM.backups'],
    plant: (target) =>
      planting(async ({ undo }) => {
        const suspend = (value: boolean) =>
          target.batch.patchNamespacedCronJob({ ...cronJob, body: [{ op: 'add', path: '/spec/suspend', value }] });
        undo(() => suspend(false));
        await suspend(true);
      }),
  },
  {
    name: 'backup-job-failed',
    title: 'the newest Job that backs up the new database failed',
    phase: 'post',
    expects: ['PM.backups'],
    plant: (target) => planting((steps) => failingJob(target, steps)),
  },
  ...['phase4', 'ready-phase8', 'complete'].map(
    (phase): Fault => ({
      name: `backup-note-not-understood-${phase}`,
      title: 'the ledger’s entry of the backup was written by a later version',
      phase,
      expects: [],
      obstructs:
        { phase4: ['P4.backup', 'P4.restores'], 'ready-phase8': ['P8.final-backup'], complete: ['C.backup'] }[phase] ??
        [],
      embeddedOnly,
      plant: (target) =>
        planting(async (steps) => {
          const { ledger } = await backupFiles(target);
          await changeEntries(steps, ledger, ({ kind, at }) => ({ kind, at, form: 2 }));
        }),
    }),
  ),
  {
    name: 'no-permission-cronjobs',
    title: 'the verifier may not list CronJobs',
    phase: 'post',
    expects: [],
    obstructs: ['PM.backups'],
    plant: (target) => planting((steps) => withoutCronJobs(target, steps)),
  },
];

interface OnBackup {
  readonly target: FaultTarget;
  readonly steps: Planting;
  readonly files: Awaited<ReturnType<typeof backupFiles>>;
}

function onBackup(
  name: string,
  title: string,
  expects: readonly string[],
  entails: readonly string[],
  plant: (what: OnBackup) => Promise<void>,
): Fault {
  return {
    name,
    title,
    phase: 'phase4',
    expects,
    entails,
    embeddedOnly,
    plant: (target) => planting(async (steps) => plant({ target, steps, files: await backupFiles(target) })),
  };
}

/** `pg_dump -U postgres`, as the plan has it. */
async function plansOwnDump({ kubeconfig, migration: { old } }: FaultTarget): Promise<Buffer> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfig);
  const { namespace, service } = old.database;
  const pod = { namespace, pod: `${service}-0`, container: service };
  const stdout = new PassThrough();
  const signal = AbortSignal.timeout(20_000);
  const [dump] = await Promise.all([
    buffer(stdout),
    runInPod({ kubeConfig, ...pod, argv: ['pg_dump', '-U', 'postgres'], stdout, signal }),
  ]);
  return dump;
}

function damaged(bytes: Buffer): Buffer {
  const after = Buffer.from(bytes);
  const middle = Math.floor(bytes.length / 2);
  after.fill(0x55, middle, middle + 64);
  return after;
}

/** The first row’s first number is another. */
function otherValue(bytes: Buffer): Buffer {
  const dump = gunzipSync(bytes).toString('utf8');
  const at = dump.indexOf('INSERT INTO');
  const row = dump.slice(at).replace(/(\('[^']*', ')\d/, (_, before: string) => `${before}9`);
  return gzipSync(dump.slice(0, at) + row);
}

async function failingJob({ batch }: FaultTarget, { undo, until }: Planting): Promise<void> {
  const owner = await batch.readNamespacedCronJob({ ...cronJob });
  const { namespace } = cronJob;
  const name = `${cronJob.name}-planted`;
  const { spec, metadata } = structuredClone(owner.spec?.jobTemplate) ?? {};
  const [container] = spec?.template.spec?.containers ?? [];
  if (!spec || !container) throw new Error(`${namespace}/${cronJob.name} has no container`);
  spec.backoffLimit = 0;
  container.env = (container.env ?? []).map((one) =>
    one.name === 'PGHOST' ? { name: 'PGHOST', value: 'nowhere' } : one,
  );
  if (spec.template.spec) spec.template.spec.restartPolicy = 'Never';
  const ownerReferences = [
    { apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob.name, uid: owner.metadata?.uid ?? '', controller: true },
  ];
  undo(() => batch.deleteNamespacedJob({ namespace, name, propagationPolicy: 'Background' }));
  await batch.createNamespacedJob({ namespace, body: { metadata: { ...metadata, name, ownerReferences }, spec } });
  await until('the Job to have failed', async () => {
    const { status } = await batch.readNamespacedJob({ namespace, name });
    const isFailed = status?.conditions?.some(({ type, status: is }) => type === 'Failed' && is === 'True');
    return isFailed ? undefined : `${status?.active ?? 0} active, ${status?.failed ?? 0} failed`;
  });
}

function withoutCronJobs(target: FaultTarget, steps: Planting): Promise<void> {
  const meant = new Set(target.migration.backup.cronJobs.map(({ namespace }) => namespace));
  return changeRights(
    target,
    steps,
    (rules) => rules.filter(({ resources }) => !resources?.includes('cronjobs')),
    (namespace) => meant.has(namespace),
  );
}
