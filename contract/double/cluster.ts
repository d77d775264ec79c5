import { KubeConfig } from '@kubernetes/client-node';
import { makeCertificates } from '../../replica/embedded/kubernetes/certificates.ts';
import { startControllers } from '../../replica/embedded/kubernetes/controllers/start.ts';
import { kubeconfig } from '../../replica/embedded/kubernetes/kubeconfig.ts';
import { resourceOf } from '../../replica/embedded/kubernetes/resources.ts';
import { startApiServer } from '../../replica/embedded/kubernetes/server.ts';
import type { KubeObject } from '../../replica/embedded/kubernetes/object.ts';
import { createObjectStore, type KubeStore } from '../../replica/embedded/kubernetes/store.ts';
import { startNode } from '../../replica/embedded/node/node.ts';
import type { Program } from '../../replica/embedded/program.ts';
import { programOf } from '../containers.ts';
import { randomName } from '../random-name.ts';
import { readerObjects } from '../reader.ts';
import type { Subject } from '../suite.ts';
import { type KubernetesSystem, versionOfKubernetes } from '../systems.ts';

/** The replica's API server, controllers and node, whose programs are the parts of `containers.ts`. */
export function clusterDouble(): Subject<KubernetesSystem> {
  return { name: 'the replica', how: 'double', open: () => openClusterDouble() };
}

/** What runs in the double beside the parts of `containers.ts`. */
export interface Inhabitants {
  programFor(image: string): Program | undefined;
  readonly objects: readonly KubeObject[];
}

/** Opens it, with what else shall live in it. */
export async function openClusterDouble(inhabit?: (store: KubeStore) => Promise<Inhabitants>): Promise<KubernetesSystem> {
  await using started = new AsyncDisposableStack();
  const now = () => new Date();
  const store = createObjectStore({ now });
  started.use(startControllers(store, { now }));
  const more = await inhabit?.(store);
  const programs: typeof programOf = (image, args) => more?.programFor(image) ?? programOf(image, args);
  const node = started.use(startNode({ store, programs, timeScale: 1 }));
  const namespace = randomName();
  for (const object of [...readerObjects(namespace, { name: 'reader', namespace: 'verify' }), ...(more?.objects ?? [])]) {
    const type = resourceOf(object);
    if (type) store.create(type, object);
  }
  const server = started.use(
    await startApiServer({ store, kubelet: node, certificates: await makeCertificates(), now }),
  );
  const config = (context: string) => {
    const own = new KubeConfig();
    own.loadFromString(kubeconfig(server));
    own.setCurrentContext(context);
    return own;
  };
  const running = started.move();
  const admin = config('embedded');
  return {
    version: await versionOfKubernetes(admin),
    namespace,
    admin,
    reader: config('verifier@embedded'),
    readerName: 'system:serviceaccount:verify:reader',
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
