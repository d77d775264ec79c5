import { rehearsalNotice } from '../../helpers/evidence/run.ts';
import { decisionOf, type Night, openCriteria } from './night.ts';

/** The night as a webhook is told it, as plain data. */
export function message(night: Night): object {
  const { target, rehearsal, startedAt, finishedAt, runs, trouble, tellsObservations } = night;
  return {
    decision: decisionOf(night),
    target,
    rehearsal,
    notice: rehearsal ? rehearsalNotice : null,
    startedAt,
    finishedAt,
    phases: runs.map(({ phase, decision }) => ({
      phase: phase.id,
      title: phase.title,
      decision: decision.decision,
      reason: decision.reason,
    })),
    open: openCriteria(night).map(({ id, phase, verdict, statement, summary }) => ({
      id,
      phase,
      verdict,
      statement,
      ...(tellsObservations ? { summary } : {}),
    })),
    trouble: trouble ?? null,
  };
}
