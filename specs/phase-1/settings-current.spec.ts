import { judgeSettings } from '../../helpers/judge/settings.ts';
import { lasting } from '../../helpers/spec/lasting.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P1.settings-current', async ({ migration, observe }) => {
  const judge = async () => {
    const records = await observe.settingsRecords();
    // The rows last: a value that a record brought has had the time of one question to be stored.
    const rows = await observe.settings();
    return judgeSettings(rows, records, migration);
  };

  const verdict = await judge();
  if (verdict.kind !== 'fail') return verdict;
  // A value in flight is no failure: it must last.
  return lasting(judge, { within: migration.run.readingsApart, every: 1 });
});
