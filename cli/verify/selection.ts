import { didYouMean } from '../../helpers/config/nearest.ts';
import type { Criterion } from '../../specs/criteria.ts';
import { type Phase, phases } from '../phases.ts';
import { UsageError } from '../usage-error.ts';

/** What a run judges: the criteria of one phase, or those of them that `--only` names, in the table's order. */
export interface Selection {
  readonly phase: Phase;
  readonly criteria: readonly Criterion[];
  /** Criteria of earlier phases that some of these are judged from, in the table's order. */
  readonly parts: readonly Criterion[];
  /** How many criteria the phase has; --only leaves some out. */
  readonly criteriaCount: number;
}

/** Throws `UsageError` for a phase or a criterion that does not exist, with the nearest that does. */
export function select(phaseId: string, only: readonly string[], table: readonly Criterion[]): Selection {
  const known = phases.map(({ id }) => id);
  const phase = phases.find(({ id }) => id === phaseId);
  if (phase === undefined) {
    throw new UsageError(`no phase "${phaseId}"${didYouMean(phaseId, known)}; the phases: ${known.join(', ')}`);
  }
  const ofPhase = table.filter((criterion) => criterion.phase === phase.id);
  const ids = ofPhase.map(({ id }) => id);
  const unknown = only.filter((id) => !ids.includes(id));
  if (unknown.length > 0) {
    const words = unknown.map((id) => `no criterion "${id}" in ${phase.id}${didYouMean(id, ids)}`);
    throw new UsageError(`${words.join('\n')}\nthe criteria of ${phase.id}: ${ids.join(', ')}`);
  }
  const criteria = only.length === 0 ? ofPhase : ofPhase.filter(({ id }) => only.includes(id));
  const partIds = new Set(criteria.flatMap(({ parts = [] }) => parts));
  const parts = table.filter(({ id }) => partIds.has(id));
  return { phase, criteria, parts, criteriaCount: ofPhase.length };
}
