import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.health', async ({ row, decided }) => judgeParts(row, decided()));
