/** The middle value, or the mean of the two in the middle. Throws on no values: a median of nothing is no figure. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('the median of no values');
  return (upper + lower) / 2;
}

/** One line of the bench: what, median, range, and what it is held against. */
export function row(what: string, values: readonly number[], unit: string, against: string): string {
  const digits = unit === 's' ? 2 : 0;
  const text = (value: number) => value.toFixed(digits);
  const range = values.length > 1 ? `(${text(Math.min(...values))} to ${text(Math.max(...values))})` : '';
  return `${what.padEnd(52)}${`${text(median(values))} ${unit}`.padEnd(12)}${range.padEnd(20)}${against}`;
}
