import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.flow', async ({ row, decided }) => judgeParts(row, decided()));
