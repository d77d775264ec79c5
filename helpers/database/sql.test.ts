import { expect, test } from 'vitest';
import { identifier, tableName } from './sql.ts';

test('a name is a name, whatever it holds', () => {
  expect(identifier('time')).toBe('"time"');
  expect(identifier('x"; DROP TABLE y; --')).toBe('"x""; DROP TABLE y; --"');
  expect(tableName('public.energy')).toBe('"public"."energy"');
  expect(tableName('energy')).toBe('"energy"');
});
