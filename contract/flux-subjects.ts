import { fluxDouble } from './double/flux.ts';
import { realFlux } from './real/flux.ts';
import { realKubernetes } from './real/kubernetes.ts';

export const fluxSubjects = [fluxDouble(), realFlux(await realKubernetes())];
