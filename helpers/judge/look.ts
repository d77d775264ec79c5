import type { ConnectConfig, DatabaseConfig, Migration, ServiceRef } from '../config/schema.ts';

/** The commands that show an operator what was observed: kubectl and nothing else, to be pasted as they are. */

/** rpk in a broker's pod: `rpkLook(kafka, 'group describe timescaledb-energy')`. */
export function rpkLook(kafka: ServiceRef, command: string): string {
  return `kubectl exec -n ${kafka.namespace} service/${kafka.service} -- rpk ${command}`;
}

/** psql in a database's pod. */
export function psqlLook(database: DatabaseConfig, sql: string): string {
  return `kubectl exec -n ${database.namespace} service/${database.service} -- psql -U postgres -d ${database.database} -c "${sql}"`;
}

/** psql in the pod of the new system's database of this name; undefined when migration.yaml has none. */
export function databaseLook(migration: Migration, name: string, sql: string): { look?: string } {
  const database = migration.new.databases[name];
  return database === undefined ? {} : { look: psqlLook(database, sql) };
}

/** The log of a Redpanda Connect instance. */
export function connectLook(instance: ConnectConfig): string {
  return `kubectl logs -n ${instance.namespace} ${instance.kind.toLowerCase()}/${instance.name} --since=1h --timestamps`;
}

/** The WHERE clause that tells a stream's rows from others in its table; empty when it has the table alone. */
export function whereClause(where: Readonly<Record<string, string>>): string {
  const terms = Object.entries(where).map(([column, value]) => `${column} = '${value}'`);
  return terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`;
}
