import { identifier } from './sql.ts';
import type { TableShape } from './table.ts';

/**
 * SQL that gives a column's value as JavaScript compares it: every number as a double (by way of text, so that a `real` of
 * 20.1 stays 20.1), booleans as such, the rest as text.
 */
export function columnValue(column: string, shape: TableShape): string {
  const { numeric, boolean } = shape.columns.get(column) ?? {};
  const name = identifier(column);
  if (numeric) return `${name}::text::float8`;
  return boolean ? name : `${name}::text`;
}

/** SQL that gives a time in milliseconds since 1970, as a double. */
export function milliseconds(expression: string): string {
  return `(extract(epoch FROM ${expression}) * 1000)::float8`;
}
