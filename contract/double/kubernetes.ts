import { resourceOf } from '../../replica/embedded/kubernetes/resources.ts';
import { startTestApi } from '../../replica/embedded/kubernetes/testing/api.ts';
import { randomName } from '../random-name.ts';
import { readerObjects } from '../reader.ts';
import type { Subject } from '../suite.ts';
import { type KubernetesSystem, versionOfKubernetes } from '../systems.ts';

/** The replica's API server and controllers; its pods run nothing. */
export function kubernetesDouble(): Subject<KubernetesSystem> {
  return {
    name: 'the replica',
    how: 'double',
    open: async () => {
      const api = await startTestApi();
      const namespace = randomName();
      for (const object of readerObjects(namespace, { name: 'reader', namespace: 'verify' })) {
        const type = resourceOf(object);
        if (type) api.cluster.store.create(type, object);
      }
      const admin = api.config();
      return {
        version: await versionOfKubernetes(admin),
        namespace,
        admin,
        reader: api.config('verifier@embedded'),
        readerName: 'system:serviceaccount:verify:reader',
        [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
      };
    },
  };
}
