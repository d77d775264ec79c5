import { svgOf } from './svg.ts';

/** One figure of one stream, night by night. */
export interface Nights {
  /** The span that is drawn, the same for every drawing of a page. */
  readonly from: string;
  readonly to: string;
  /** Oldest first; the line is broken where a day has none. */
  readonly points: readonly { readonly at: string; readonly value: number | undefined }[];
  readonly limit?: number;
  /** Where data is missing. */
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly scale: 'log' | 'linear';
  readonly format: (value: number) => string;
}

const size = { width: 330, height: 118 };
const ink = 'currentColor';
const dayMs = 86_400_000;
/** A gap of minutes would be no wider than a hair in a span of weeks. */
const narrowest = 1 / 110;

/** The figure as a small drawing, its newest value written beside the last point. */
export function nightsSvg({ from, to, points, limit, gaps, scale, format }: Nights, label: string): string {
  const values = points.flatMap(({ value }) => value ?? []);
  const positive = [...values, limit ?? Number.NaN].filter((value) => value > 0);
  const floor = scale === 'log' ? 10 ** Math.floor(Math.log10(Math.min(...positive, 1))) : 0;
  const top = Math.max(...values, limit ?? 0, floor);
  const max = scale === 'log' ? 10 ** Math.ceil(Math.log10(top * 1.2)) : top * 1.15 || 1;
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const shortest = (end - start) * narrowest;
  return svgOf(
    {
      textStyle: { fontFamily: 'system-ui, sans-serif', color: ink },
      grid: { left: 6, right: 58, top: 10, bottom: 22 },
      xAxis: {
        type: 'time',
        min: start,
        max: end,
        // A tick a day where they have room.
        minInterval: dayMs,
        axisLabel: { color: ink, opacity: 0.7, fontSize: 10.5, hideOverlap: true, formatter: '{d} {MMM}' },
        axisLine: { lineStyle: { color: ink, opacity: 0.35 } },
        axisTick: { lineStyle: { color: ink, opacity: 0.35 } },
        splitLine: { show: false },
      },
      yAxis: { type: scale === 'log' ? 'log' : 'value', min: floor, max, show: false },
      series: [
        {
          type: 'line',
          data: broken(points).map(({ at, value }) => [at, value === undefined ? undefined : Math.max(value, floor)]),
          symbol: 'circle',
          symbolSize: 5,
          showAllSymbol: true,
          lineStyle: { color: 'var(--series-1)', width: 1.6 },
          itemStyle: { color: 'var(--series-1)' },
          connectNulls: false,
          // A clip path has an id, which another drawing of the page would have too.
          clip: false,
          endLabel: {
            show: true,
            formatter: () => (values.at(-1) === undefined ? '' : format(values.at(-1) ?? 0)),
            color: ink,
            fontSize: 11.5,
            fontWeight: 600,
          },
          markArea: {
            silent: true,
            itemStyle: { color: 'var(--limit)', opacity: 0.28 },
            data: gaps.map((gap) => {
              const [begin, finish] = [Date.parse(gap.from), Date.parse(gap.to)];
              const wider = Math.max(0, shortest - (finish - begin)) / 2;
              return [{ xAxis: Math.max(start, begin - wider) }, { xAxis: Math.min(end, finish + wider) }];
            }),
          },
          ...(limit === undefined
            ? {}
            : {
                markLine: {
                  silent: true,
                  symbol: 'none',
                  lineStyle: { color: 'var(--limit)', width: 1.2, type: 'dashed' },
                  label: { show: false },
                  data: [{ yAxis: limit }],
                },
              }),
        },
      ],
    },
    size,
    label,
  );
}

/** With a hole between points of days that do not follow each other, so that no line crosses a night without a run. */
function broken(points: Nights['points']): Nights['points'] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const days = before === undefined ? 1 : dayOf(point.at) - dayOf(before.at);
    const between = (Date.parse(before?.at ?? point.at) + Date.parse(point.at)) / 2;
    return days > 1 ? [{ at: new Date(between).toISOString(), value: undefined }, point] : [point];
  });
}

function dayOf(at: string): number {
  return Math.floor(Date.parse(at) / dayMs);
}
