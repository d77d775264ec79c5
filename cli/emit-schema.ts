import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrationJsonSchema } from '../helpers/config/json-schema.ts';

/** Writes docs/migration.schema.json, which editors check migration.yaml against while it is typed. */
writeFileSync(fileURLToPath(new URL('../docs/migration.schema.json', import.meta.url)), migrationJsonSchema());
