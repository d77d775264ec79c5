import { fileURLToPath } from 'node:url';
import { loadMigration } from '../../config/load.ts';
import { workload } from '../../judge/testing/samples.ts';
import { needs } from '../needs.ts';
import { databasePlaces } from '../observe/database.ts';
import type { DatabaseSight, Examination, KafkaSight, Look, Sights, Unseen } from '../observed.ts';

export const migration = loadMigration(fileURLToPath(new URL('../../../migration.yaml', import.meta.url)));

export function seen<T>(value: T): Look<T> {
  return { seen: value };
}

export function unseen(message: string, change: Partial<Unseen> = {}): { readonly unseen: Unseen } {
  return { unseen: { kind: 'unreachable', message, ...change } };
}

/** What a target looks like of which everything can be seen. */
export function sights(change: Partial<Sights> = {}): Sights {
  const { mqtt, kafka, workloads, connect } = migration.new;
  return {
    user: seen('system:serviceaccount:verify:reader'),
    cluster: seen('6f7c1f5e-0d3c-4a52-9a53-1c7f3e9b2a10'),
    kubernetes: seen('v1.33.4'),
    permissions: needs(migration, {}).map((need) => ({ need, allowed: seen(true) })),
    mayDoAll: seen(false),
    workloads: workloads.map(({ kind, namespace, name }) => ({
      ref: { kind, namespace, name },
      old: false,
      state: seen(workload({ kind, namespace, name })),
    })),
    services: [{ service: kafka, old: false, pod: seen('redpanda-v2-0') }],
    mqtt: { service: mqtt, login: seen('verifier') },
    kafka: kafkaSight(),
    databases: databasePlaces(migration).map(({ name }) => databaseSight(name)),
    connect: Object.entries(connect).map(([instance, { namespace, port }]) => ({
      instance,
      namespace,
      pod: `${instance}-1`,
      port,
      version: seen('4.49.1'),
    })),
    ...change,
  };
}

export function kafkaSight(change: Partial<KafkaSight> = {}): KafkaSight {
  return {
    service: migration.new.kafka,
    cluster: seen({ clusterId: 'redpanda.1', brokers: ['redpanda-v2:9092'] }),
    fetchVersion: seen(13),
    topics: seen(['homelab-energy-realtime', 'energy-realtime']),
    groups: seen(['timescaledb-energy']),
    wantedTopics: [
      { name: 'homelab-energy-realtime', old: false },
      { name: 'energy-realtime', old: true },
    ],
    wantedGroups: [{ name: 'timescaledb-energy', old: false }],
    newest: seen({ topic: 'homelab-energy-realtime', ageSeconds: 3, stampedBy: 'producer' }),
    ...change,
  };
}

export function databaseSight(name = 'telemetry', change: Partial<DatabaseSight> = {}): DatabaseSight {
  const place = databasePlaces(migration).find((candidate) => candidate.name === name);
  if (place === undefined) throw new Error(`migration.yaml has no database ${name}`);
  const { config, tables, old, needsTimescale } = place;
  const { namespace, service, port, database } = config;
  return {
    name,
    old,
    needsTimescale,
    place: { namespace, service, port, database },
    login: seen('verifier'),
    version: seen({ postgres: '16.4', timescale: { version: '2.17.2', edition: 'community' } }),
    clock: seen({ offsetSeconds: 0.1, uncertaintySeconds: 0.05 }),
    role: seen({ name: 'verifier', attributes: [], isMonitor: true, powers: [], writable: [], creates: [] }),
    tables: seen(tables.map((table) => tableAccess(table))),
    ...change,
  };
}

export function tableAccess(table: string) {
  return { table, schema: 'public', mayUseSchema: true, maySelect: true, rowsHidden: false, foundInstead: [] };
}

export function examination(change: Partial<Sights> = {}): Examination {
  return {
    startedAt: '2026-11-20T12:00:00.000Z',
    finishedAt: '2026-11-20T12:00:01.200Z',
    api: seen({ offsetSeconds: 0, uncertaintySeconds: 0.5 }),
    sights: sights(change),
  };
}
