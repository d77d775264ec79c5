import { duration } from '../../helpers/time-words.ts';

/** One time that a scenario was played. */
export interface Played {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly verdict: string;
}

/**
 * A line for each scenario: how often it passed, how long it took, and its last verdict; at the end what it comes to.
 *
 * @param wallSeconds from the first one's beginning to the last one's end; less than their sum where several ran at once
 */
export function playedTable(played: readonly Played[], wallSeconds: number): string {
  const width = Math.max(0, ...played.map(({ name }) => name.length));
  const lines = [...Map.groupBy(played, ({ name }) => name)].map(([name, runs]) => {
    const passed = runs.filter((run) => run.passed).length;
    const took = runs.map(({ seconds }) => duration(seconds)).join(', ');
    const last = runs.findLast((run) => !run.passed) ?? runs.at(-1);
    return `${passed === runs.length ? '✔' : '✖'} ${name.padEnd(width)}  ${passed} of ${runs.length}  ${took}  ${last?.verdict ?? ''}`;
  });
  const sum = played.reduce((total, { seconds }) => total + seconds, 0);
  const passed = played.filter((run) => run.passed).length;
  const total = `${passed} of ${played.length} passed in ${duration(wallSeconds)}; one after another it is ${duration(sum)}`;
  return [...lines, '', total].join('\n');
}
