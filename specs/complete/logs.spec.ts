import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.logs', async ({ row, decided }) => judgeParts(row, decided()));
