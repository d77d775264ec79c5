import { duration } from '../../helpers/time-words.ts';

/** One time that a scenario was played. */
export interface Played {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly verdict: string;
}

/** A line for each scenario: how often it passed, how long it took, and its last verdict; at the end what it comes to. */
export function playedTable(played: readonly Played[]): string {
  const width = Math.max(0, ...played.map(({ name }) => name.length));
  const lines = [...Map.groupBy(played, ({ name }) => name)].map(([name, runs]) => {
    const passed = runs.filter((run) => run.passed).length;
    const took = runs.map(({ seconds }) => duration(seconds)).join(', ');
    const last = runs.findLast((run) => !run.passed) ?? runs.at(-1);
    return `${passed === runs.length ? '✔' : '✖'} ${name.padEnd(width)}  ${passed} of ${runs.length}  ${took}  ${last?.verdict ?? ''}`;
  });
  const total = played.reduce((sum, { seconds }) => sum + seconds, 0);
  const passed = played.filter((run) => run.passed).length;
  return [...lines, '', `${passed} of ${played.length} passed in ${duration(total)}`].join('\n');
}
