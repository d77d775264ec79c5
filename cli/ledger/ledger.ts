import { readLedger } from '../../helpers/ledger/ledger.ts';
import { openActTarget } from '../acts/target.ts';
import { terminalStyle } from '../output/choose-display.ts';
import type { LedgerOptions } from './options.ts';
import { calendarText, entriesText } from './text.ts';

/** Shows the ledger of the target's cluster. Returns the exit code 0; throws as `openActTarget` and `readLedger` do. */
export async function ledger(options: LedgerOptions): Promise<number> {
  await using target = await openActTarget(options);
  const noted = await readLedger(await target.ledgerFile());
  const style = terminalStyle();
  const torn = noted.tornLines.length === 0 ? '' : `\nlines that were cut off: ${noted.tornLines.join(', ')}`;
  process.stdout.write(
    `${calendarText(noted, style)}\n\n${entriesText(noted, options.last, style)}\n\n${noted.file}${torn}\n`,
  );
  return 0;
}
