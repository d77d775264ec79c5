import { judgeSignOffs } from '../../helpers/judge/sign-off.ts';
import { signOffEntry } from '../../helpers/sign-off/schema.ts';
import { criterion } from '../../helpers/test.ts';

criterion('PM.docs', async ({ ledger, row }) => {
  const signed = (await ledger()).entries(signOffEntry);
  return judgeSignOffs(['diagrams', 'runbooks', 'schemas', 'dashboards'], signed, row);
});
