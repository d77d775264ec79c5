import { type Controller, type ControllerContext, own, refs } from './controller.ts';

/** Gives each namespace its ServiceAccount `default`. */
export function serviceAccountController({ store }: ControllerContext): Controller {
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
      if (
        !namespace ||
        namespace.metadata.deletionTimestamp !== undefined ||
        store.get(refs.serviceAccounts, name, 'default')
      )
        return undefined;
      store.create(refs.serviceAccounts, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
      return undefined;
    },
  };
}
