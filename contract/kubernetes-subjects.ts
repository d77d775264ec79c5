import { clusterDouble } from './double/cluster.ts';
import { kubernetesDouble } from './double/kubernetes.ts';
import { realKubernetes } from './real/kubernetes.ts';

const real = await realKubernetes();

/** The API and its controllers. */
export const kubernetesSubjects = [kubernetesDouble(), real];
/** With a node that runs what is asked for. */
export const clusterSubjects = [clusterDouble(), real];
