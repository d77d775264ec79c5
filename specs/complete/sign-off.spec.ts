import { judgeSignOffs } from '../../helpers/judge/sign-off.ts';
import { signOffEntry } from '../../helpers/sign-off/schema.ts';
import { sinceCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('C.sign-off', async ({ ledger, row }) => {
  const noted = await ledger();
  return judgeSignOffs(['migration'], noted.entries(signOffEntry), row, sinceCutover(noted));
});
