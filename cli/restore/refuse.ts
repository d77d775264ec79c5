import type { Migration } from '../../helpers/config/schema.ts';
import { UsageError } from '../usage-error.ts';

export interface RestorePlace {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly database: string;
}

/**
 * Throws `UsageError` for a database of the new system: the plan's recovery pours the old dump into the new telemetry
 * database, whose tables are others.
 */
export function refuseNewDatabase(place: RestorePlace, { new: { databases } }: Migration): void {
  const isNew = Object.values(databases).some(
    ({ namespace, service, database }) =>
      namespace === place.namespace && service === place.service && database === place.database,
  );
  if (!isNew) return;
  throw new UsageError(
    `${place.database} on ${place.namespace}/${place.service} is a database of the new system, and the old dump does not belong there (the plan's own recovery would pour it in): create an empty database beside it and name that`,
  );
}

/** Throws `UsageError` for a database that holds tables already. */
export function refuseFilled({ database, namespace, service }: RestorePlace, tables: readonly string[]): void {
  if (tables.length === 0) return;
  const some = tables.slice(0, 5).join(', ');
  throw new UsageError(
    `${database} on ${namespace}/${service} is not empty: it has ${tables.length} tables (${some}${tables.length > 5 ? ' …' : ''}); only an empty database is restored into: createdb -U postgres NAME in its pod`,
  );
}

/** `namespace/name:port`, 5432 unless said. Throws `UsageError` for what is no such address. */
export function placeOf(service: string, database: string): RestorePlace {
  const found = /^(?<namespace>[^/:]+)\/(?<name>[^/:]+)(?::(?<port>\d+))?$/.exec(service)?.groups;
  if (found === undefined) throw new UsageError(`--service ${service}: write namespace/name or namespace/name:port`);
  const { namespace = '', name = '', port = '5432' } = found;
  return { namespace, service: name, port: Number(port), database };
}
