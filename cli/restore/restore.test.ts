import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { migration } from '../../helpers/judge/testing/samples.ts';
import { placeOf, refuseFilled, refuseNewDatabase } from './refuse.ts';
import { restoreScript } from './script.ts';

describe('a database that is not restored into', () => {
  test('is one of the new system: there the plan’s own recovery would pour the old dump', () => {
    const place = placeOf('timescaledb/timescaledb', 'telemetry');
    expect(() => refuseNewDatabase(place, migration)).toThrow(/a database of the new system/);
    refuseNewDatabase(placeOf('timescaledb/timescaledb', 'recovered'), migration);
    refuseNewDatabase(placeOf('heatpump-mqtt/timescaledb', 'telemetry'), migration);
  });

  test('is one that holds a table', () => {
    const place = placeOf('n/s:5433', 'd');
    expect(place.port).toBe(5433);
    refuseFilled(place, []);
    expect(() => refuseFilled(place, ['public.a'])).toThrow(/d on n\/s is not empty: it has 1 tables \(public\.a\)/);
  });

  test('is one whose server is not named', () => {
    expect(() => placeOf('timescaledb', 'd')).toThrow(/write namespace\/name/);
  });
});

describe('what psql is given', () => {
  const script = async (dump: string, isTimescale = false) =>
    (await buffer(Readable.from(restoreScript(Readable.from([Buffer.from(dump)]), isTimescale)))).toString();

  test('is the dump, its rows as they are, without psql’s own commands', async () => {
    const dump = '\\restrict abc\nCREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\n\\\\.\n\\N\n\\.\nSELECT 1;\n';
    expect(await script(dump)).toBe('CREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\n\\\\.\n\\N\n\\.\nSELECT 1;\n');
  });

  test('does not end at a role that the server lacks', async () => {
    expect(await script('ALTER TABLE public.t OWNER TO somebody;\n')).toContain('EXCEPTION WHEN undefined_object');
    expect(await script('ALTER TABLE public.t ADD COLUMN b int;\n')).toBe('ALTER TABLE public.t ADD COLUMN b int;\n');
  });

  test('has what TimescaleDB wants before and after', async () => {
    const lines = (await script('SELECT 1;\n', true)).split('\n');
    expect(lines.at(1)).toContain('timescaledb_pre_restore');
    expect(lines.at(-2)).toContain('timescaledb_post_restore');
  });

  test('does not follow a dump into another database', async () => {
    await expect(script('\\connect other\nSELECT 1;\n')).rejects.toThrow(/take it without --create/);
  });
});
