import parse from 'parse-duration';
import { z } from 'zod';

/** A duration as it is written in migration.yaml (`500ms`, `30s`, `5m`, `2h`, `90d`); its value is in seconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'a duration such as 30s, 5m, 2h or 90d')
  .transform((text) => Number(parse(text, 's')));
