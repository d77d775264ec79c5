import { judgeParts } from '../../helpers/judge/parts.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P7.health', async ({ row, decided }) => judgeParts(row, decided()));
