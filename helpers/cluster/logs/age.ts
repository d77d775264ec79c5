import prettyMs from 'pretty-ms';

/** From one time to a later one, for people: `12m 3s`. */
export function age(from: Date | string, to: Date | string): string {
  return prettyMs(Math.max(0, new Date(to).getTime() - new Date(from).getTime()), { secondsDecimalDigits: 0 });
}
