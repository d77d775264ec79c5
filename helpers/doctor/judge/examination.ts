import type { Examination } from '../observed.ts';
import { clockFindings } from './clocks.ts';
import { databaseFindings } from './databases.ts';
import { connectFindings, kafkaFindings, mqttFindings } from './endpoints.ts';
import { type DoctorFinding, seen, unseen, unseenFinding } from './finding.ts';
import { missingRules, permissionFindings } from './permissions.ts';
import { type VersionState, versionFindings } from './versions.ts';
import { workloadFindings } from './workloads.ts';

export interface ExaminationLimits {
  /** `run.futureTolerance` of migration.yaml. */
  readonly futureToleranceSeconds: number;
}

/** Everything that an examination has to say, group by group. Pure: data in, findings out. */
export function judgeExamination(
  examination: Examination,
  versions: readonly VersionState[],
  { futureToleranceSeconds }: ExaminationLimits,
): DoctorFinding[] {
  const { api, sights } = examination;
  const why = unseen(api);
  if (sights === undefined) {
    const dead = why ?? { kind: 'fault', message: 'nothing was looked at' };
    return [
      unseenFinding('cluster', 'API server', dead),
      {
        group: 'cluster',
        level: 'unseen',
        subject: 'everything else',
        text: 'was not asked for: it is seen through the API server',
      },
      ...versionFindings(versions),
    ];
  }
  const user = seen(sights.user);
  const as = user === undefined ? '' : `, and takes us for ${user}`;
  const unknownCluster = unseen(sights.cluster);
  const beneath = [
    ...(unknownCluster === undefined ? [] : [unseenFinding('cluster', 'identity', unknownCluster)]),
    ...workloadFindings(sights),
    ...mqttFindings(sights),
    ...kafkaFindings(sights),
    ...databaseFindings(sights),
    ...connectFindings(sights),
    ...clockFindings(examination, futureToleranceSeconds),
  ];
  const isRuleMissing = missingRules(sights.permissions).length > 0;
  return [
    { group: 'cluster', level: 'ok', subject: 'API server', text: `answers${as}` },
    ...clusterFinding(seen(sights.cluster)),
    ...permissionFindings(sights),
    ...(isRuleMissing ? beneath.map(asConsequence) : beneath),
    ...versionFindings(versions),
  ];
}

function clusterFinding(uid: string | undefined): DoctorFinding[] {
  if (uid === undefined) return [];
  return [{ group: 'cluster', level: 'ok', subject: 'identity', text: `the cluster's UID is ${uid}` }];
}

/** What the API server refused for want of a rule: the rule was named once, and for all of its namespaces. */
function asConsequence(finding: DoctorFinding): DoctorFinding {
  const [, refused] = /^(.*): forbidden \(403 .*\)$/.exec(finding.text) ?? [];
  if (refused === undefined) return finding;
  const { fix: _, ...rest } = finding;
  return { ...rest, text: `${refused} is forbidden, see Permissions` };
}
