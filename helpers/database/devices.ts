import type { DeviceSeen } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';
import { type OwnRows, ownRows } from './stream-rows.ts';
import { requireColumns, requireTable } from './table.ts';

/**
 * Every device that a stream has rows of, and its newest row. From one device the walk goes to the next by the index on
 * device and time, so that no row is counted. Throws `Unobservable` when the table or a column is missing, or the database
 * does not answer.
 */
export async function observeDevices(db: Queries, rows: OwnRows & { readonly device: string }): Promise<DeviceSeen[]> {
  const shape = await requireTable(db, rows.table);
  requireColumns(shape, [rows.time, rows.device, ...Object.keys(rows.where)]);
  const [device, time, table] = [identifier(rows.device), identifier(rows.time), tableName(rows.table)];
  const own = ownRows(rows);
  const first = (after: string) =>
    `(SELECT ${device} FROM ${table} WHERE ${own.condition} ${after} ORDER BY ${device} LIMIT 1)`;
  return db.query<{ device: string; newestAt: string }>(
    `WITH RECURSIVE walk (device) AS (
       SELECT ${first(`AND ${device} IS NOT NULL`)}
       UNION ALL
       SELECT ${first(`AND ${device} > walk.device`)} FROM walk WHERE walk.device IS NOT NULL
     )
     SELECT walk.device::text AS device, ${isoText('newest.time')} AS "newestAt"
       FROM walk CROSS JOIN LATERAL (
         SELECT ${time} AS time FROM ${table} WHERE ${own.condition} AND ${device} = walk.device ORDER BY ${time} DESC LIMIT 1
       ) newest
      ORDER BY 1`,
    own.parameters,
  );
}
