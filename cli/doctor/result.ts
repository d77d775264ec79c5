import type { ClockState } from '../../helpers/doctor/judge/clocks.ts';
import { clockStates } from '../../helpers/doctor/judge/clocks.ts';
import { judgeExamination } from '../../helpers/doctor/judge/examination.ts';
import type { DoctorFinding } from '../../helpers/doctor/judge/finding.ts';
import { type MissingRule, missingRules } from '../../helpers/doctor/judge/permissions.ts';
import { type VersionState, versionStates } from '../../helpers/doctor/judge/versions.ts';
import type { Examination } from '../../helpers/doctor/observed.ts';
import type { RunTarget, RunVersions } from '../../helpers/evidence/run.ts';

/** One run of the doctor, whole: what the text and the JSON document are made from. */
export interface DoctorResult {
  readonly target: RunTarget;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly findings: readonly DoctorFinding[];
  readonly missingRules: readonly MissingRule[];
  readonly clocks: readonly ClockState[];
  readonly versions: readonly VersionState[];
}

export function doctorResult(
  target: RunTarget,
  examination: Examination,
  suite: RunVersions,
  futureToleranceSeconds: number,
): DoctorResult {
  const { startedAt, finishedAt, sights } = examination;
  const versions = [
    ...versionStates(sights),
    { of: 'Node.js', version: suite.node },
    { of: 'this suite', version: suite.suite },
  ];
  return {
    target,
    startedAt,
    finishedAt,
    findings: judgeExamination(examination, versions, { futureToleranceSeconds }),
    missingRules: missingRules(sights?.permissions ?? []),
    clocks: clockStates(examination),
    versions,
  };
}

/** 0 when all can be seen, 2 when something cannot. */
export function exitCode({ findings }: Pick<DoctorResult, 'findings'>): 0 | 2 {
  return findings.some(({ level }) => level === 'unseen') ? 2 : 0;
}
