import { partialNotice, type RunResult } from '../../helpers/evidence/run.ts';
import { appendEntry, ledgerFile } from '../../helpers/ledger/ledger.ts';
import { entryOfRun, runEntry } from '../../helpers/ledger/run-entry.ts';

/**
 * Notes the run in its cluster's ledger. Returns why it could not: a full disk takes the note, not the decision. A run that
 * did not learn which cluster it spoke to belongs in no ledger, and its criteria say why.
 */
export async function noteRun(run: RunResult, directory: string): Promise<string | undefined> {
  const { clusterUid } = run.target;
  if (clusterUid === undefined) return undefined;
  const file = ledgerFile(directory, clusterUid);
  try {
    await appendEntry(file, runEntry, entryOfRun(run, partialNotice(run) !== undefined));
    return undefined;
  } catch (error) {
    return `the run could not be noted in ${file}: ${(error as Error).message}`;
  }
}
