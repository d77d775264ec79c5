import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.resources', async ({ row, decided }) => judgeParts(row, decided()));
