import { svgOf } from './svg.ts';

export type Pair = readonly [old: number, value: number];

/** Old values against new ones: what agrees lies on the diagonal. */
export interface Scatter {
  readonly agreeing: readonly Pair[];
  readonly differing: readonly Pair[];
}

const size = { width: 190, height: 150 };
const ink = 'currentColor';

/** The pairs as a small square drawing with its diagonal; what differs stands out by form and colour. */
export function scatterSvg({ agreeing, differing }: Scatter, label: string): string {
  const values = [...agreeing, ...differing].flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // One value alone has no span to draw.
  const margin = (most - least) * 0.08 || Math.max(Math.abs(most) * 0.1, 0.5);
  const range = { min: least - margin, max: most + margin };
  const axis = {
    type: 'value',
    ...range,
    axisLabel: {
      color: ink,
      opacity: 0.7,
      fontSize: 10,
      customValues: most === least ? [least] : [least, most],
      formatter: short,
    },
    axisTick: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: ink, opacity: 0.35 } },
    splitLine: { show: false },
  };
  return svgOf(
    {
      textStyle: { fontFamily: 'system-ui, sans-serif', color: ink },
      grid: { left: 46, right: 14, top: 8, bottom: 22 },
      xAxis: axis,
      yAxis: axis,
      series: [
        {
          type: 'line',
          data: [
            [range.min, range.min],
            [range.max, range.max],
          ],
          symbol: 'none',
          clip: false,
          silent: true,
          lineStyle: { color: ink, opacity: 0.3, width: 1 },
        },
        {
          type: 'scatter',
          data: agreeing,
          symbolSize: 5,
          clip: false,
          itemStyle: { color: 'var(--series-1)', opacity: 0.65 },
        },
        {
          type: 'scatter',
          data: differing,
          symbol: 'diamond',
          symbolSize: 9,
          clip: false,
          itemStyle: { color: 'var(--limit)' },
        },
      ],
    },
    size,
    label,
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function short(value: number): string {
  return compact.format(value);
}
