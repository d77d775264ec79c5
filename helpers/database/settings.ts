import type { SettingsConfig } from '../config/schema.ts';
import type { SettingsRow } from './observed.ts';
import { identifier, isoText, type Queries, tableName } from './sql.ts';
import { requireColumns, tableShape } from './table.ts';

/**
 * The settings of each device. A table that is not there holds no device: the answer is empty. A configured column that
 * is not there is null. Throws `Unobservable` when the device column is missing or the database does not answer.
 */
export async function observeSettings(
  db: Queries,
  settings: Pick<SettingsConfig, 'table' | 'device' | 'fields'>,
): Promise<SettingsRow[]> {
  const shape = await tableShape(db, settings.table);
  if (shape === undefined) return [];
  requireColumns(shape, [settings.device]);
  const fields = Object.keys(settings.fields).filter((column) => shape.columns.has(column));
  const updatedAt = shape.columns.has('updated_at') ? isoText('updated_at') : `''`;
  // By way of text a `real` of 20.1 stays 20.1, as the record says it, and does not become 20.10000038.
  const rows = await db.query<Record<string, string | number | null>>(
    `SELECT ${identifier(settings.device)}::text AS device, ${updatedAt} AS updated_at
            ${fields.map((column, index) => `, ${identifier(column)}::text::float8 AS value_${index}`).join('')}
       FROM ${tableName(settings.table)} ORDER BY 1`,
  );
  return rows.map((row) => ({
    deviceId: String(row.device ?? ''),
    updatedAt: String(row.updated_at ?? ''),
    values: Object.fromEntries(
      Object.keys(settings.fields).map((column) => {
        const value = row[`value_${fields.indexOf(column)}`];
        return [column, typeof value === 'number' ? value : null];
      }),
    ),
  }));
}
