import type pg from 'pg';
import type { Queries } from '../database/sql.ts';
import { unobservable } from '../target/errors.ts';

/** A client as observations see it: rows, and errors in the suite's words. */
export function queries(client: pg.Client): Queries {
  return {
    query: async <Row extends pg.QueryResultRow>(sql: string, parameters: readonly unknown[] = []) => {
      try {
        return (await client.query<Row>(sql, [...parameters])).rows;
      } catch (error) {
        throw unobservable(error, 'query');
      }
    },
  };
}
