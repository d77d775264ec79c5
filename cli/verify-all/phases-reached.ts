import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import type { Ledger } from '../../helpers/ledger/ledger.ts';
import { runEntry } from '../../helpers/ledger/run-entry.ts';

/**
 * The phases that a nightly run verifies at the point that the migration has reached, by the ledger. Phase 4 is left to
 * whoever is about to cut over: it asks for a backup and a capture of the same day. So is phase 5, which watches what was
 * done just now, once it was GO.
 */
export function phasesReached(ledger: Ledger, option: 'A' | 'B'): string[] {
  const cutover = ledger.entries(cutoverEntry).at(-1);
  if (cutover === undefined) return ['phase1', 'phase2', ...(option === 'A' ? ['phase3'] : [])];
  if (cutover.action === 'undo') return ['phase1', 'phase2', 'rollback'];
  const runs = ledger.entries(runEntry).filter(({ isPartial, at }) => !isPartial && at > cutover.at);
  const wasGo = (phase: string) => runs.some((run) => run.phase === phase && run.decision === 'GO');
  if (wasGo('phase8')) return ['phase8', 'complete', 'post'];
  return [...(wasGo('phase5') || wasGo('phase7') ? [] : ['phase5']), 'phase6', 'phase7'];
}
