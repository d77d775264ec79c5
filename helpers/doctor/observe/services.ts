import type { Migration, ServiceRef } from '../../config/schema.ts';
import { readyPod } from '../../target/service.ts';
import type { Target } from '../../target/target.ts';
import type { ServiceSight } from '../observed.ts';
import type { Looker } from './look.ts';

/** Every Service that migration.yaml names, with a ready pod behind it or why there is none. */
export async function observeServices(
  { kube }: Pick<Target, 'kube'>,
  look: Looker,
  migration: Pick<Migration, 'new' | 'old' | 'prometheus'>,
): Promise<ServiceSight[]> {
  const { mqtt, kafka, databases } = migration.new;
  const refs = [
    ...[mqtt, kafka, ...Object.values(databases)].map((ref) => ({ ...plain(ref), old: false })),
    { ...plain(migration.old.database), old: true },
    ...(migration.prometheus === undefined ? [] : [{ ...plain(migration.prometheus), old: false }]),
  ];
  return Promise.all(
    refs.map(async ({ old, ...service }) => ({
      service,
      old,
      pod: await look(`Service ${service.namespace}/${service.service}`, async () => {
        return (await readyPod(kube, service)).pod;
      }),
    })),
  );
}

function plain({ namespace, service, port }: ServiceRef): ServiceRef {
  return { namespace, service, port };
}
