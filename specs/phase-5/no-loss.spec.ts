import { judgeNoLoss } from '../../helpers/judge/accounting/no-loss.ts';
import { listenEntry } from '../../helpers/listen/schema.ts';
import { captureOf, lastCutover } from '../../helpers/spec/cutover.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P5.no-loss', async ({ observe, ledger, now, migration }) => {
  const noted = await ledger();
  const capture = captureOf(lastCutover(noted), noted);
  // What came last has had the time between two readings to be stored.
  const settled = new Date((await now()).getTime() - migration.run.readingsApart * 1000);
  const [accounts, hops] = await Promise.all([
    observe.accounts(capture, settled),
    observe.mqttHops(noted.entries(listenEntry), capture.at),
  ]);
  return judgeNoLoss(accounts, hops, migration);
});
