import { duration } from '../helpers/time-words.ts';
import { aWeekLater, fromReadyToGitops } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** The plan's option A from before the cutover to the end of phase 8. */
await play(
  { name: 'cutover', title: 'the migration by option A: every gate GO, and no row lost', state: 'before-phase5' },
  async (stage) => {
    const accounts = await fromReadyToGitops(stage);
    await aWeekLater(stage);
    const pauses = accounts.map(({ stream, longestPauseSeconds }) => `${stream} ${duration(longestPauseSeconds)}`);
    return `every gate GO, no row lost; the longest pauses: ${pauses.join(', ')}`;
  },
);
