import { appendEntry } from '../../helpers/ledger/ledger.ts';
import { type SignOffSubject, signOffEntry } from '../../helpers/sign-off/schema.ts';
import { openActTarget } from '../acts/target.ts';
import type { SignOffOptions } from './options.ts';

/** Notes a signature in the ledger of the target's cluster. Returns the exit code 0; throws as `openActTarget` does. */
export async function signOff(subject: SignOffSubject, options: SignOffOptions): Promise<number> {
  await using target = await openActTarget(options);
  const file = await target.ledgerFile();
  const { by, note } = options;
  await appendEntry(file, signOffEntry, {
    kind: 'sign-off',
    at: new Date().toISOString(),
    subject,
    by,
    ...(note === undefined ? {} : { note }),
  });
  process.stdout.write(`${by} has signed off: ${subject}; noted in ${file}\n`);
  return 0;
}
