import type { WorkloadState } from '../../cluster/observed.ts';
import type { WorkloadRef } from '../../config/schema.ts';
import { type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';
import { workloadFindings } from '../workloads.ts';

interface OfBoth<T> {
  readonly new: T;
  readonly old: T;
}

/** P3.both-run (plan 3.1): every workload of both systems is ready. */
export function judgeBothRun(
  observed: OfBoth<Sightings<WorkloadState>>,
  wanted: OfBoth<readonly WorkloadRef[]>,
): Verdict {
  const ofNew = workloadFindings(observed.new, wanted.new);
  const ofOld = workloadFindings(observed.old, wanted.old);
  return verdictOf([...ofNew, ...ofOld, ...unseenFindings([...observed.new.unseen, ...observed.old.unseen])], {
    expected: `${count(wanted.new.length, 'workload')} of the new system and ${wanted.old.length} of the old with all replicas ready`,
    pass: `${count(ofNew.length, 'workload')} of the new system and ${ofOld.length} of the old ready`,
    hint: 'Days in which one of them was down compare nothing: mend it, and let the parallel operation go on.',
  });
}
