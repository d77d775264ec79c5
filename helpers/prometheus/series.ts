import { z } from 'zod';
import { nearNames } from '../near-names.ts';
import type { AskPrometheus } from './api.ts';
import type { Selector, SeriesState } from './observed.ts';

/** An instant vector of at most one sample: what count() gives. */
const countAnswer = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })).max(1),
});
const names = z.array(z.string());

/**
 * Whether a selector has selected anything within the last seconds; of one that has not, what of it is there. Asked by
 * a query and not by /api/v1/series, which goes on naming what ended some hours ago, and all of it.
 * Throws `Unobservable`.
 */
export async function observeSeries(
  ask: AskPrometheus,
  { text: selector, metric, equal }: Selector,
  windowSeconds: number,
  now: Date,
): Promise<SeriesState> {
  const seconds = Math.ceil(windowSeconds);
  const count = async (of: string) => {
    const { result } = await ask('/api/v1/query', { query: `count(last_over_time(${of}[${seconds}s]))` }, countAnswer);
    return Number(result[0]?.value[1] ?? 0);
  };
  const seen = { selector, ...(metric === undefined ? {} : { metric }), nearMetrics: [], wantedInVain: [] };
  const seriesCount = await count(selector);
  if (seriesCount > 0 || metric === undefined) return { ...seen, seriesCount };

  const end = Math.ceil(now.getTime() / 1000);
  const span = { start: String(end - seconds), end: String(end) };
  const whole = `{__name__=${JSON.stringify(metric)}}`;
  const metricSeriesCount = await count(whole);
  if (metricSeriesCount === 0) {
    const there = await ask('/api/v1/label/__name__/values', span, names);
    return { ...seen, seriesCount, metricSeriesCount, nearMetrics: nearNames(metric, there) };
  }
  const labels = await Promise.all(
    equal.map(async ({ label, value }) => {
      const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
      return { label, value, there: await ask(path, { ...span, 'match[]': whole }, names) };
    }),
  );
  const wantedInVain = labels.filter(({ value, there }) => value !== '' && !there.includes(value));
  return { ...seen, seriesCount, metricSeriesCount, wantedInVain };
}
