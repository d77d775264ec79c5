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
    const seconds = runs.map((run) => run.seconds.toFixed(0)).join(', ');
    const last = runs.findLast((run) => !run.passed) ?? runs.at(-1);
    return `${passed === runs.length ? '✔' : '✖'} ${name.padEnd(width)}  ${passed} of ${runs.length}  ${seconds} s  ${last?.verdict ?? ''}`;
  });
  const sum = played.reduce((total, { seconds }) => total + seconds, 0);
  const passed = played.filter((run) => run.passed).length;
  const minutes = (seconds: number) => `${(seconds / 60).toFixed(1)} minutes`;
  const total = `${passed} of ${played.length} passed in ${minutes(wallSeconds)}; one after another it is ${minutes(sum)}`;
  return [...lines, '', total].join('\n');
}
