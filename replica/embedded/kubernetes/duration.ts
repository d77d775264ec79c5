const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** A length of time as kubectl shows ages: `45s`, `3m7s`, `5h12m`, `8d`, `2y35d` (HumanDuration in apimachinery). */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / second);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(milliseconds / minute);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(milliseconds / hour);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return pair(Math.trunc(hours / 24), 'd', hours % 24, 'h');
  if (milliseconds < 2 * year) return `${Math.trunc(hours / 24)}d`;
  const years = Math.trunc(milliseconds / year);
  if (milliseconds < 8 * year) return pair(years, 'y', Math.trunc(hours / 24) % 365, 'd');
  return `${years}y`;
}

function pair(first: number, firstUnit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${first}${firstUnit}` : `${first}${firstUnit}${rest}${restUnit}`;
}
