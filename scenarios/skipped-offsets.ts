import { play } from './scenario/play.ts';

/** A group that has committed nothing starts at the newest record, and no line of a log says what it skipped. */
await play(
  {
    name: 'skipped-offsets',
    title: 'a sink starts anew with no committed offset and skips what had come',
    state: 'after-phase5',
  },
  async (stage) => {
    {
      await using _ = await stage.detects('records-skipped');
    }
    await stage.recovers('verify:phase5');
    return 'P5.no-loss names the records that have no row; with the offset set back they are stored, and phase 5 is GO';
  },
);
