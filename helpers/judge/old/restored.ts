import type { BackupRecord, TableNow, TableSums } from '../../backup/observed.ts';
import type { StateCapture } from '../../capture/schema.ts';
import type { NamespaceState, OwnerState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import { differenceOf } from '../restore.ts';
import { type Finding, notApplicable, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';

const expected =
  'the old namespaces and Kustomizations are back, and the old database equals its backup: tables, rows, time ranges and column checksums';

/** What was there before the cleanup, and is there now. */
export interface Restored {
  readonly namespaces: Sightings<NamespaceState>;
  readonly owners: Sightings<OwnerState>;
  /** What the newest backup of before the rollback holds; undefined where nothing tells that. */
  readonly backup: BackupRecord | undefined;
  /** The old database's tables, those of rows with times of their own up to the backup's newest one. */
  readonly tables: Sightings<TableNow>;
}

/** That there was nothing to restore: each old namespace has the UID that it was captured with. Undefined where it is not so. */
export function nothingDeleted(
  namespaces: Sightings<NamespaceState>,
  capture: StateCapture | undefined,
): Verdict | undefined {
  const before = (name: string) => capture?.namespaces.find((each) => each.name === name)?.uid;
  const isSame = ({ name, uid }: NamespaceState) => uid !== undefined && uid === before(name);
  if (namespaces.unseen.length > 0 || namespaces.seen.length === 0 || !namespaces.seen.every(isSame)) return undefined;
  return notApplicable(expected, 'no old namespace was ever deleted: there was nothing to restore');
}

/**
 * R.restored (plan, "Rollback After Cleanup"): the old namespaces and Kustomizations are back, and the restored database
 * equals its backup. What the old system has written since it runs again is left out, by time; a table whose rows are
 * written over cannot be compared by then, and is said to be so.
 */
export function judgeRestored(observed: Restored, capture: StateCapture | undefined, migration: Migration): Verdict {
  const { namespaces, owners, tables } = observed;
  const unseen = [namespaces, owners, tables].flatMap((each) => each.unseen);
  const findings = [
    ...namespaces.seen.map(
      ({ name, exists }): Finding =>
        exists
          ? { subject: `namespace ${name}`, verdict: 'pass', observed: 'there' }
          : { subject: `namespace ${name}`, verdict: 'fail', observed: 'is not back', look: 'kubectl get namespaces' },
    ),
    ...ownerFindings(owners, capture),
    ...(tables.unseen.length > 0 ? [] : tableFindings(observed, migration)),
  ];
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected,
    pass: `${count(namespaces.seen.length, 'namespace')} and ${count(owners.seen.length, 'Kustomization')} back, ${count(observed.backup?.tables.length ?? 0, 'table')} as in the backup`,
    hint: 'npm run restore puts a backup into an empty database; the commit that removed the old applications is to be reverted.',
  });
}

function ownerFindings(owners: Sightings<OwnerState>, capture: StateCapture | undefined): Finding[] {
  if (capture === undefined) {
    const observed = 'the ledger holds none: which Kustomizations there were is not known';
    return [{ subject: 'state capture', verdict: 'inconclusive', observed }];
  }
  if (owners.unseen.length > 0) return [];
  return capture.kustomizations.map(({ namespace, name }): Finding => {
    const isBack = owners.seen.some((each) => each.namespace === namespace && each.name === name);
    const subject = `Kustomization ${namespace}/${name}`;
    return { subject, verdict: isBack ? 'pass' : 'fail', observed: isBack ? 'there' : 'is not back' };
  });
}

function tableFindings({ backup, tables }: Restored, migration: Migration): Finding[] {
  if (backup === undefined) {
    const { required } = migration.backup;
    const subject = 'the old database';
    if (!required) {
      const observed = `no backup is required: ${migration.backup.reason}`;
      return [{ subject, verdict: 'pass', observed, quiet: true }];
    }
    const observed = 'no backup of before the rollback is known, and so nothing to compare with';
    return [{ subject, verdict: 'inconclusive', observed, hint: 'Was the ledger restored from an older copy?' }];
  }
  return backup.tables.map((recorded) => ({
    subject: `old table ${recorded.table}`,
    ...judgeTable(
      recorded,
      tables.seen.find(({ table }) => table === recorded.table),
    ),
  }));
}

function judgeTable(recorded: TableSums, now: TableNow | undefined): Pick<Finding, 'verdict' | 'observed' | 'quiet'> {
  if (now === undefined) return { verdict: 'fail', observed: 'is not back' };
  const rows = count(recorded.rowCount, 'row');
  if (recorded.rowCount === 0) return { verdict: 'pass', observed: 'there; empty in the backup', quiet: true };
  const difference = differenceOf(recorded, now);
  if (difference === undefined) return { verdict: 'pass', observed: `${rows} equal to the backup` };
  const isWrittenSince = !now.isSeries && (now.newestAt ?? '') > (recorded.newestAt ?? '');
  if (isWrittenSince && now.rowCount >= recorded.rowCount)
    return { verdict: 'pass', observed: `${rows} of the backup, written over since by the old system`, quiet: true };
  return { verdict: 'fail', observed: difference };
}
