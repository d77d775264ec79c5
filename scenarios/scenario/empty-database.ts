import { notReady } from './acts.ts';
import type { Stage } from './stage.ts';

const namespace = 'recovered';
const name = 'timescaledb';
const database = 'recovered';
const labels = { app: name };

/** A server with an empty database of its own, of the old one's version, beside both systems. */
export async function emptyDatabase(stage: Stage): Promise<{ readonly service: string; readonly database: string }> {
  const { replica } = stage;
  await stage.step(`an empty database in a namespace ${namespace}`, async () => {
    const { namespace: old, service } = replica.migration.old.database;
    const { spec } = await replica.apps.readNamespacedStatefulSet({ namespace: old, name: service });
    const [container] = spec?.template.spec?.containers ?? [];
    if (container === undefined) throw new Error(`${old}/${service} has no container`);
    const { image, ports, readinessProbe } = container;
    const env = [
      { name: 'POSTGRES_DB', value: database },
      { name: 'POSTGRES_USER', value: 'postgres' },
      { name: 'POSTGRES_PASSWORD', value: 'recovered' },
    ];
    const containers = [{ name, image, env, ports, readinessProbe }];
    const objects = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
      {
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels } },
        spec: { selector: labels, ports: [{ port: 5432, targetPort: 5432 }] },
      },
    ];
    for (const object of objects) await stage.put(object);
  });
  await stage.until('it is ready', () => notReady(replica, { namespace, name }, 1), 120);
  return { service: `${namespace}/${name}`, database };
}
