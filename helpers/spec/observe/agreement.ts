import { observeTopic } from '../../broker/topic.ts';
import type { Migration } from '../../config/schema.ts';
import type { OldStreamConfig } from '../../config/sections/old-streams.ts';
import { observeCatalog } from '../../database/catalog.ts';
import { observeDevices } from '../../database/devices.ts';
import type { TableColumns } from '../../database/observed.ts';
import { observeSettings } from '../../database/settings.ts';
import { observeStreamRows, oldestRow } from '../../database/stream-rows.ts';
import type { NewTables } from '../../judge/agreement/columns.ts';
import type { StreamDevices } from '../../judge/agreement/devices.ts';
import type { StreamAgreement } from '../../judge/agreement/observed.ts';
import type { OldReading } from '../../judge/agreement/old-flows.ts';
import type { BothSettings } from '../../judge/agreement/settings.ts';
import type { Sightings } from '../../judge/verdict.ts';
import type { Connections } from '../connections.ts';
import { sight } from '../sightings.ts';
import { compareStream } from './compare-streams.ts';

/** What can be observed of the old system's data, alone and beside the new one's. */
export interface AgreementObservations {
  /** Each old stream that has a counterpart, compared with it up to `now`. */
  agreement(now: Date): Promise<Sightings<StreamAgreement>>;
  bothSettings(now: Date): Promise<BothSettings>;
  oldTables(): Promise<Sightings<TableColumns>>;
  newTables(): Promise<Sightings<NewTables>>;
  devices(now: Date): Promise<Sightings<StreamDevices>>;
  oldReading(): Promise<OldReading>;
}

export function agreementObservations(migration: Migration, connections: Connections): AgreementObservations {
  const { old, new: current } = migration;
  const counterparts = Object.entries(old.streams).flatMap(([stream, config]) => {
    const rows = current.streams[config.new ?? '']?.rows;
    return rows === undefined || config.new === undefined ? [] : [{ stream, config, newStream: config.new, rows }];
  });
  const topics = new Set([
    ...Object.values(old.streams).map(({ topic }) => topic),
    ...(old.settings === undefined ? [] : [old.settings.topic]),
  ]);

  return {
    agreement: (now) =>
      sight(
        counterparts,
        ({ stream }) => stream,
        async ({ stream, config, newStream, rows }) =>
          compareStream({
            stream,
            old: { config, db: await connections.oldDatabase() },
            new: { stream: newStream, rows, db: await connections.database(rows.database) },
            migration,
            now,
          }),
      ),
    bothSettings: async (now) => {
      const { settings } = old;
      const fields = Object.fromEntries(Object.keys(settings?.columns ?? {}).map((column) => [column, column]));
      const [ofOld, ofNew] = await Promise.all([
        sight(
          settings === undefined ? [] : [{ ...settings, fields }],
          ({ table }) => table,
          async (config) => observeSettings(await connections.oldDatabase(), config),
        ),
        sight(
          [current.settings],
          ({ table }) => table,
          async (config) => observeSettings(await connections.database(config.database), config),
        ),
      ]);
      return { old: ofOld, new: ofNew, at: now.toISOString() };
    },
    oldTables: () =>
      sight(
        [old.database],
        () => 'the old database',
        async () => observeCatalog(await connections.oldDatabase()),
      ),
    newTables: () =>
      sight(
        Object.keys(current.databases),
        (name) => `database ${name}`,
        async (database) => ({ database, tables: await observeCatalog(await connections.database(database)) }),
      ),
    devices: (now) =>
      sight(
        counterparts,
        ({ stream }) => stream,
        async ({ stream, config, newStream, rows }) => {
          const [oldDb, newDb] = await Promise.all([connections.oldDatabase(), connections.database(rows.database)]);
          const [oldFirst, newFirst, ofNew, ofOld] = await Promise.all([
            oldestRow(oldDb, config),
            oldestRow(newDb, rows),
            observeDevices(newDb, rows),
            hasDevice(config) ? observeDevices(oldDb, config) : undefined,
          ]);
          const asked = now.getTime() - migration.agreement.window * 1000;
          const since = Math.max(asked, oldFirst?.getTime() ?? 0, newFirst?.getTime() ?? 0);
          return {
            stream,
            newStream,
            since: new Date(since).toISOString(),
            new: ofNew,
            ...(ofOld === undefined ? {} : { old: ofOld }),
          };
        },
      ),
    oldReading: async () => ({
      topics: await sight(
        [...topics],
        (topic) => topic,
        async (topic) => {
          const { admin } = await connections.kafka();
          return observeTopic(admin, topic, await connections.clock());
        },
      ),
      rows: await sight(
        Object.entries(old.streams),
        ([stream]) => stream,
        async ([stream, config]) =>
          observeStreamRows(await connections.oldDatabase(), stream, { ...config, database: old.database.database }),
      ),
    }),
  };
}

function hasDevice(config: OldStreamConfig): config is OldStreamConfig & { readonly device: string } {
  return config.device !== undefined;
}
