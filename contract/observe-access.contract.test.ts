import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Queries } from '../helpers/database/sql.ts';
import { identifier } from '../helpers/database/sql.ts';
import { observeVersion } from '../helpers/doctor/observe/database.ts';
import { observeRole, observeTables } from '../helpers/doctor/observe/database-role.ts';
import { postgresSubjects } from './postgres-subjects.ts';
import { randomName } from './random-name.ts';
import { contract } from './suite.ts';

const table = 'access_table';

contract('Observing what a role may do', postgresSubjects, (system) => {
  let db: Queries;
  const role = randomName();
  const r = identifier(role);

  beforeAll(async () => {
    ({ db } = system());
    await db.query(`CREATE ROLE ${r}`);
    await db.query(`CREATE TABLE ${table} (n integer)`);
    // As PostgreSQL 15 and later have it; the database may come from an older one.
    await db.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  });
  afterAll(async () => {
    await db.query(`DROP TABLE ${table}`);
    await db.query(`DROP ROLE ${r}`);
  });

  /** Looks as the role that these statements made, and takes them back. */
  async function as<T>(statements: readonly string[], look: () => Promise<T>): Promise<T> {
    await db.query('BEGIN');
    try {
      for (const statement of statements) await db.query(statement);
      await db.query(`SET LOCAL ROLE ${r}`);
      return await look();
    } finally {
      await db.query('ROLLBACK');
    }
  }

  const roleAfter = (...statements: string[]) => as(statements, () => observeRole(db));
  const tableAfter = async (...statements: string[]) => {
    const [access] = await as(statements, () => observeTables(db, [table]));
    return access;
  };

  test('the version of the server, and of TimescaleDB where it is installed', async () => {
    const version = await observeVersion(db);
    expect(version.postgres).toMatch(/^\d+\.\d+/);
    if (system().timescale) {
      expect(version.timescale?.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(version.timescale?.edition).toBe(system().policies ? 'community' : 'Apache');
    }
  });

  describe('a role', () => {
    test('that was given nothing may do nothing', async () => {
      expect(await roleAfter()).toEqual({
        name: role,
        attributes: [],
        isMonitor: false,
        powers: [],
        writable: [],
        creates: [],
      });
    });

    test('is a monitor when it is a member of pg_monitor', async () => {
      expect(await roleAfter(`GRANT pg_monitor TO ${r}`)).toMatchObject({ isMonitor: true });
    });

    test('that may only read has no table to write to', async () => {
      expect(await roleAfter(`GRANT SELECT ON ${table} TO ${r}`)).toMatchObject({ writable: [] });
    });

    test.each(['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])('that may %s is seen to', async (right) => {
      expect(await roleAfter(`GRANT ${right} ON ${table} TO ${r}`)).toMatchObject({ writable: [`public.${table}`] });
    });

    test('that owns a table may write to it', async () => {
      expect(await roleAfter(`ALTER TABLE ${table} OWNER TO ${r}`)).toMatchObject({ writable: [`public.${table}`] });
    });

    test('has what PUBLIC has', async () => {
      expect(await roleAfter(`GRANT DELETE ON ${table} TO PUBLIC`)).toMatchObject({ writable: [`public.${table}`] });
    });

    test('has the powers of the roles that it is a member of', async () => {
      const state = await roleAfter(`GRANT pg_write_all_data TO ${r}`);
      expect(state.powers).toEqual(['pg_write_all_data']);
      expect(state.writable).toContain(`public.${table}`);
    });

    test('that may create objects says where', async () => {
      expect(await roleAfter(`GRANT CREATE ON SCHEMA public TO ${r}`)).toMatchObject({ creates: ['public'] });
    });

    test('has its attributes', async () => {
      expect(await roleAfter(`ALTER ROLE ${r} CREATEDB CREATEROLE BYPASSRLS`)).toMatchObject({
        attributes: ['CREATEROLE', 'CREATEDB', 'BYPASSRLS'],
      });
      expect(await roleAfter(`ALTER ROLE ${r} SUPERUSER`)).toMatchObject({
        attributes: expect.arrayContaining(['SUPERUSER']),
        isMonitor: true,
      });
    });
  });

  describe('a table', () => {
    test('that may be read, and one that may not', async () => {
      const access = { table, schema: 'public', mayUseSchema: true, rowsHidden: false, foundInstead: [] };
      expect(await tableAfter(`GRANT SELECT ON ${table} TO ${r}`)).toEqual({ ...access, maySelect: true });
      expect(await tableAfter()).toEqual({ ...access, maySelect: false });
    });

    test('in a schema that may not be used is still found there', async () => {
      const access = await tableAfter(`CREATE SCHEMA hidden`, `ALTER TABLE ${table} SET SCHEMA hidden`);
      expect(access).toMatchObject({ schema: 'hidden', mayUseSchema: false });
    });

    test('may be named with its schema', async () => {
      const [access] = await as([], () => observeTables(db, [`public.${table}`]));
      expect(access).toMatchObject({ schema: 'public' });
    });

    test('whose rows are hidden by row security', async () => {
      const rows = await tableAfter(
        `GRANT SELECT ON ${table} TO ${r}`,
        `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
      );
      expect(rows).toMatchObject({ maySelect: true, rowsHidden: true });
    });

    test('that does not exist: near names, and the order of the question is kept', async () => {
      const [missing, there] = await as([], () => observeTables(db, [`${table}s`, table]));
      expect(missing).toMatchObject({ table: `${table}s`, maySelect: false });
      expect(missing).not.toHaveProperty('schema');
      expect(missing?.foundInstead).toContain(table);
      expect(there).toMatchObject({ table, schema: 'public' });
    });
  });
});
