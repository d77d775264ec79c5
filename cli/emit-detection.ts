import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { detectionMarkdown } from '../scenarios/detection/table.ts';

/** `npm run docs:detection`: writes what each fault turns red, from the faults themselves. */
writeFileSync(fileURLToPath(new URL('../docs/detection.md', import.meta.url)), detectionMarkdown());
