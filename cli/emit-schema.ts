import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrationJsonSchema } from '../helpers/config/json-schema.ts';
import { doctorResultJsonSchema } from './doctor/document.ts';
import { verifyResultJsonSchema } from './output/json-schema.ts';

/** Writes the published schemas: of migration.yaml, for editors while it is typed, and of what `--json` prints. */
const write = (name: string, text: string) =>
  writeFileSync(fileURLToPath(new URL(`../docs/${name}`, import.meta.url)), text);

write('migration.schema.json', migrationJsonSchema());
write('verify-result.schema.json', verifyResultJsonSchema());
write('doctor-result.schema.json', doctorResultJsonSchema());
