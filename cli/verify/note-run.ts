import { partialNotice, type RunResult } from '../../helpers/evidence/run.ts';
import { appendEntry, ledgerFile } from '../../helpers/ledger/ledger.ts';
import { entryOfRun, runEntry } from '../../helpers/ledger/run-entry.ts';

/**
 * Notes the run in its cluster's ledger. Returns why it could not, in words: a full disk takes the note, not the decision,
 * and a run that did not learn which cluster it spoke to belongs in no ledger.
 *
 * @param clusterUnknown why the cluster's UID could not be asked
 */
export async function noteRun(
  run: RunResult,
  directory: string,
  clusterUnknown: string | undefined,
): Promise<string | undefined> {
  const { clusterUid } = run.target;
  if (clusterUid === undefined) {
    const why = clusterUnknown ?? 'no criterion got as far as to ask';
    return `this run is in no ledger, and no day counts it: which cluster it judged is not known (${why})`;
  }
  const file = ledgerFile(directory, clusterUid);
  try {
    await appendEntry(file, runEntry, entryOfRun(run, partialNotice(run) !== undefined));
    return undefined;
  } catch (error) {
    return `the run could not be noted in ${file}: ${(error as Error).message}`;
  }
}
