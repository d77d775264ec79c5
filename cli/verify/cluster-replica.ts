import { connectTarget } from '../../helpers/target/connect.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { readMark } from '../../replica/cluster/record.ts';
import { type ClusterReplicaRecord, recordedClusterReplica } from '../../replica/home.ts';
import type { ReplicaMark } from '../../replica/mark.ts';
import { UsageError } from '../usage-error.ts';
import type { ChosenTarget } from './target.ts';

const lookWithinSeconds = 5;

/**
 * A replica that was raised on a real cluster: the kubeconfig is the recorded one unless the command line named another,
 * pace and stand-ins are what the cluster itself says. One that does not answer is as it was recorded, for its criteria
 * to say so. Throws `UsageError` when none was raised, and for a cluster that does not say that it is a replica: what is
 * decided about it must not be called a rehearsal.
 */
export async function clusterReplica(chosen: ChosenTarget, signal: AbortSignal): Promise<ChosenTarget> {
  const { name, config } = chosen;
  const record = await recordedClusterReplica();
  const kubeconfig = config.kubeconfig ?? (await raisedFromHere(name, config.kind)).kubeconfig;
  const replica = { ...chosen, config: { ...config, kubeconfig } };
  const { mark, answers, server } = await askCluster(replica, signal);
  if (answers && mark === undefined)
    throw new UsageError(
      `target ${name}: ${server} does not say that it is a replica; a cluster of your own is a target of kind live`,
    );
  const { timeScale, standIns } = mark ?? record ?? { timeScale: config.timeScale, standIns: [] };
  return { ...replica, config: { ...replica.config, timeScale }, standIns };
}

/**
 * What a live target's cluster says of itself; undefined when it says nothing, does not answer, or does not tell this
 * account: every replica tells its admin and its verifier.
 */
export async function markOfLive(chosen: ChosenTarget, signal: AbortSignal): Promise<ReplicaMark | undefined> {
  return (await askCluster(chosen, signal)).mark;
}

/** The replica of this kind that was raised on a real cluster from here. Throws `UsageError` when none was. */
export async function raisedFromHere(name: string, kind: string): Promise<ClusterReplicaRecord> {
  const record = await recordedClusterReplica();
  if (record?.kind === kind) return record;
  const other = record === undefined ? '' : ` (one of kind ${record.kind} was)`;
  throw new UsageError(
    `target ${name}: no replica of its kind was raised from here${other}: npm run replica -- --on KUBECONFIG does so`,
  );
}

interface Answer {
  readonly mark: ReplicaMark | undefined;
  /** False when the cluster does not answer, or does not tell this account. */
  readonly answers: boolean;
  readonly server: string;
}

async function askCluster({ name, config }: ChosenTarget, signal: AbortSignal): Promise<Answer> {
  const options = { env: process.env, signal, connectDeadlineSeconds: lookWithinSeconds };
  const target = await connectTarget(config, name, options);
  const { server } = target;
  try {
    return { mark: await readMark(target.kube), answers: true, server };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Unobservable) return { mark: undefined, answers: false, server };
    throw error;
  } finally {
    await target.close();
  }
}
