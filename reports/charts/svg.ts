import type { EChartsCoreOption } from 'echarts';
// As one file: it is loaded by every run, and its six hundred modules take ten times as long.
import { init } from 'echarts/dist/echarts.esm.min';

/** A drawing as SVG markup without a size of its own: it fills its column. It holds no script and refers to nothing. */
export function svgOf(option: EChartsCoreOption, size: { width: number; height: number }, label: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
    return embeddable(chart.renderToSVGString({ useViewBox: true }), label);
  } finally {
    chart.dispose();
  }
}

/** What a page needs and ECharts does not give: a name for who cannot see it, and no ids that two drawings share. */
function embeddable(svg: string, label: string): string {
  const named = label.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return svg
    .replace(/^<svg /, `<svg role="img" aria-label="${named}" `)
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_[a-z_]+)="[^"]*"/g, '');
}
