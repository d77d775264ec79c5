import { z } from 'zod';
import { migrationSchema } from './schema.ts';

/** The JSON Schema of migration.yaml as it is written (durations are text), as a document with a line end. */
export function migrationJsonSchema(): string {
  const schema = z.toJSONSchema(migrationSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'migration.yaml' }, undefined, 2)}\n`;
}
