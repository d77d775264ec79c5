/** What pg_dump asks the catalog, one query a question. */

/** The tables that are the user's: neither of an extension, nor chunks of a hypertable. */
export const tablesQuery = `
  SELECT c.oid, format('%I.%I', n.nspname, c.relname), pg_get_userbyid(c.relowner)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema$|_?timescaledb_)'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   ORDER BY n.nspname, c.relname`;

export const columnsQuery = (table: string) => `
  SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
         || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = ${table} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

/** The statements that come after the rows: constraints, indexes, grants. */
export const afterwardsQuery = (table: string) => `
  SELECT format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = ${table} AND contype IN ('p', 'u', 'c', 'f')
  UNION ALL
  SELECT pg_get_indexdef(indexrelid) FROM pg_index
   WHERE indrelid = ${table} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
  UNION ALL
  SELECT format('GRANT %s ON TABLE %s TO %I', string_agg(a.privilege_type, ','), c.oid::regclass, pg_get_userbyid(a.grantee))
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = ${table} AND a.grantee NOT IN (0, c.relowner) GROUP BY c.oid, a.grantee`;

export const extensionQuery = `SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`;

/** The time column and the width of its chunks, where the table is a hypertable. */
export const dimensionQuery = (table: string) => `
  SELECT column_name, time_interval FROM timescaledb_information.dimensions
   WHERE dimension_number = 1 AND format('%I.%I', hypertable_schema, hypertable_name)::regclass = ${table}`;
