import type { EChartsCoreOption } from 'echarts';
import { svgOf } from './svg.ts';

/** Horizontal bars, a row for each thing, a bar for each series, and a limit to each row where it has one. */
export interface Bars {
  readonly rows: readonly {
    readonly name: string;
    readonly values: readonly (number | undefined)[];
    readonly limit?: number;
  }[];
  readonly series: readonly string[];
  readonly scale: 'log' | 'linear';
  /** Where a logarithmic axis has its ticks, as far as they are in range; powers of ten by default. */
  readonly ticks?: readonly number[];
  /** How values, limits and the axis are written: `12 s`, `1,000`. */
  readonly format: (value: number) => string;
}

/** Colours are the page's own custom properties, so that one drawing serves light, dark and paper. */
export const seriesColours = ['var(--series-1)', 'var(--series-2)'] as const;
const ink = 'currentColor';
const limitColour = 'var(--limit)';
const font = 'system-ui, sans-serif';
const barHeight = 15;
const barGap = 3;
const rowGap = 18;
const axisHeight = 34;

/** In pixels, of the whole drawing and of the names at its left: for a page's column, and for a phone's. */
const sizes = {
  wide: { width: 720, names: 176, fontSize: 12.5 },
  narrow: { width: 350, names: 136, fontSize: 11 },
} as const;

/** The bars as SVG markup without a size of its own: it fills its column. It holds no script and refers to nothing. */
export function barsSvg(bars: Bars, label: string, size: keyof typeof sizes): string {
  const { width } = sizes[size];
  const rowHeight = bars.series.length * (barHeight + barGap) + rowGap;
  const height = bars.rows.length * rowHeight + axisHeight;
  return svgOf(option(bars, sizes[size]), { width, height }, label);
}

function option(
  { rows, series, scale, format, ticks }: Bars,
  { names, fontSize }: { names: number; fontSize: number },
): EChartsCoreOption {
  const numbers = rows.flatMap(({ values, limit }) => [...values, limit]).filter((value) => value !== undefined);
  // A logarithm knows no 0: the axis begins below the smallest value that there is, and what is at or below it has no bar.
  const smallest = Math.min(...numbers.filter((value) => value > 0), 1);
  const min = scale === 'log' ? 10 ** Math.floor(Math.log10(smallest / 2)) : Math.min(0, ...numbers);
  const max = scale === 'log' ? 10 ** Math.ceil(Math.log10(Math.max(...numbers, min * 10))) : undefined;
  const customValues = ticks?.filter((tick) => tick >= min && tick <= (max ?? tick));
  return {
    textStyle: { fontFamily: font, color: ink },
    // Room for the label of a bar that reaches the end.
    grid: { left: names, right: 64, top: 4, bottom: axisHeight - 6 },
    xAxis: {
      type: scale === 'log' ? 'log' : 'value',
      min,
      // Bars begin at the axis; a logarithmic one would let them begin at 1.
      startValue: min,
      ...(max === undefined ? { minInterval: 1 } : { max }),
      axisLabel: { color: ink, opacity: 0.7, fontSize: 12, formatter: format, hideOverlap: true, customValues },
      axisTick: { customValues },
      splitLine: { lineStyle: { color: ink, opacity: 0.12 } },
      minorSplitLine: { show: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink, opacity: 0.4 } },
      axisLabel: { color: ink, fontSize, width: names - 12, overflow: 'truncate' },
    },
    series: [
      ...series.map((name, index) => ({
        name,
        type: 'bar',
        barWidth: barHeight,
        barGap: `${(100 * barGap) / barHeight}%`,
        itemStyle: { color: seriesColours[index % seriesColours.length] },
        data: rows.map(({ values }) => bar(values[index], min, scale, format)),
      })),
      limits(rows),
    ],
  };
}

function bar(value: number | undefined, min: number, scale: Bars['scale'], format: Bars['format']): object {
  const words = value === undefined ? 'not observed' : format(value);
  const drawn = value === undefined ? min : scale === 'log' ? Math.max(value, min) : value;
  return { value: drawn, label: { show: true, position: 'right', formatter: () => words, color: ink, fontSize: 12 } };
}

/** A stroke across each row at its limit. */
function limits(rows: Bars['rows']): object {
  return {
    type: 'custom',
    data: rows.flatMap(({ limit }, index) => (limit === undefined ? [] : [[limit, index]])),
    renderItem(
      _: unknown,
      api: { value(n: number): number; coord(p: number[]): number[]; size(p: number[]): number[] },
    ) {
      const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
      const half = ((api.size([0, 1])[1] ?? 0) - rowGap / 2) / 2;
      return {
        type: 'line',
        shape: { x1: x, y1: y - half, x2: x, y2: y + half },
        style: { stroke: limitColour, lineWidth: 2.5 },
      };
    },
    silent: true,
    z: 5,
  };
}
