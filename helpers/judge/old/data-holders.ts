import type { ClaimState } from '../../cluster/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { TableState } from '../../database/observed.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { bytes, count } from '../words.ts';

/**
 * P2.data-holders (plan 2.2, "CAREFUL - has old timescaledb"): every claim of the old namespaces with its size, its
 * volume's reclaim policy and what it holds, by the database's size where it holds that. A policy Delete under data to be
 * kept is pointed out: it gates ready:phase8.
 */
export function judgeDataHolders(
  claims: Sightings<ClaimState>,
  tables: Sightings<TableState>,
  migration: Migration,
): Verdict {
  const findings = claims.seen.map((claim) => judgeClaim(claim, tables, migration));
  const risky = claims.seen.filter((claim) => isRisky(claim, migration)).map(({ name }) => name);
  const warning = risky.length === 0 ? '' : `; policy Delete under ${risky.join(', ')}: Retain before phase 8`;
  return verdictOf([...findings, ...unseenFindings([...claims.unseen, ...tables.unseen])], {
    expected:
      'every PersistentVolumeClaim of the old namespaces is bound, and its size, reclaim policy and content are known',
    pass: `${count(findings.length, 'claim')}: ${findings.map(({ subject, observed }) => `${subject} ${observed}`).join('; ')}${warning}`,
    hint: 'What a claim holds is told by the pod that mounts it: one that nobody mounts has to be looked into before its namespace is deleted.',
  });
}

/** Data that is to be kept, on a volume that goes when its claim does. */
export function isRisky({ namespace, reclaimPolicy }: ClaimState, { old }: Migration): boolean {
  const isKept = old.dataNamespaces.includes(namespace) && !old.deleteData.some((each) => each.namespace === namespace);
  return isKept && reclaimPolicy === 'Delete';
}

function judgeClaim(claim: ClaimState, tables: Sightings<TableState>, { old }: Migration): Finding {
  const { namespace, name, phase, capacity, reclaimPolicy, storageClass, mountedBy } = claim;
  const subject = `${namespace}/${name}`;
  const look = `kubectl describe pvc ${name} -n ${namespace}`;
  const size = tables.seen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const isDatabase = namespace === old.database.namespace && mountedBy.length > 0;
  const content = isDatabase
    ? `database ${old.database.database}, ${bytes(size)} in ${count(tables.seen.length, 'table')}`
    : mountedBy.length > 0
      ? `mounted by ${mountedBy.join(', ')}`
      : 'mounted by no pod';
  const observed = `${capacity ?? 'of unknown size'}, ${storageClass ?? 'no class'}, policy ${reclaimPolicy ?? 'unknown'}, ${content}`;
  if (phase !== 'Bound') return { subject, verdict: 'fail', observed: `${phase}: ${observed}`, look };
  if (mountedBy.length === 0) return { subject, verdict: 'fail', observed, look };
  if (reclaimPolicy === undefined) return { subject, verdict: 'inconclusive', observed, look };
  return { subject, verdict: 'pass', observed };
}
