import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P6.flow', async ({ row, decided }) => judgeParts(row, decided()));
