import { z } from 'zod';
import { verifyResultSchema } from './json-document.ts';

/** The JSON Schema of what `verify --json` prints, as a document with a line end. */
export function verifyResultJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(verifyResultSchema), undefined, 2)}\n`;
}
