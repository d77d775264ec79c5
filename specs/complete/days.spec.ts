import { judgeGo } from '../../helpers/judge/earlier.ts';
import { runsOf } from '../../helpers/spec/daily.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.days', async ({ ledger, row }) => judgeGo('phase7', runsOf(await ledger(), 'phase7'), row));
