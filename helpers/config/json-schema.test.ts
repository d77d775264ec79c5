import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrationJsonSchema } from './json-schema.ts';

test('the committed JSON Schema is the one that the schema gives (npm run schema writes it)', () => {
  const committed = readFileSync(new URL('../../docs/migration.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(migrationJsonSchema());
});

test('it describes what is written: durations are text, unknown keys are refused', () => {
  const schema = JSON.parse(migrationJsonSchema());
  expect(schema.properties.run.properties.window.type).toBe('string');
  expect(schema.additionalProperties).toBe(false);
  expect(schema.required).toContain('target');
});
