import { rootCaName } from '../pod-admission.ts';
import { type Controller, type ControllerContext, own, refs } from './controller.ts';

const configMaps = { group: '', resource: 'configmaps' };

/** Gives each namespace its ServiceAccount `default` and, in a ConfigMap, the API server's authority. */
export function serviceAccountController({ store, rootCaPem }: ControllerContext): Controller {
  return {
    name: 'service-accounts',
    watches: [
      own(refs.namespaces),
      {
        ref: refs.serviceAccounts,
        keys: ({ metadata }, _, change) =>
          change === 'DELETED' ? [{ namespace: undefined, name: metadata.namespace ?? '' }] : [],
      },
    ],
    reconcile({ name }) {
      const namespace = store.get(refs.namespaces, undefined, name);
      if (!namespace || namespace.metadata.deletionTimestamp !== undefined) return undefined;
      if (!store.get(refs.serviceAccounts, name, 'default'))
        store.create(refs.serviceAccounts, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace: name },
        });
      if (rootCaPem !== undefined && !store.get(configMaps, name, rootCaName))
        store.create(configMaps, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: rootCaName,
            namespace: name,
            annotations: {
              'kubernetes.io/description':
                'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
            },
          },
          data: { 'ca.crt': rootCaPem },
        });
      return undefined;
    },
  };
}
