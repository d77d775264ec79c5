import type { HistoryState } from '../history/state.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { gitopsFiles } from './content.ts';
import type { Version } from './repository.ts';
import { gitopsStage } from './stage.ts';

/** What was committed to a replica's repository by a point of the plan: both systems, then the removal of the old one. */
export function gitopsVersions(manifests: readonly KubeObject[], state: HistoryState): Version[] {
  const both = { message: 'Both systems, by Flux', files: gitopsFiles(manifests, gitopsStage('before-phase5')) };
  const stage = gitopsStage(state);
  if (!stage.oldRemoved) return [both];
  return [both, { message: 'chore: remove old telemetry stack', files: gitopsFiles(manifests, stage) }];
}
