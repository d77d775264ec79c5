import type { createColors } from 'picocolors';

/** How text is set: its colours (all off with NO_COLOR and outside of a terminal), and where lines are wrapped. */
export interface Style {
  readonly colors: ReturnType<typeof createColors>;
  /** Columns. Undefined outside of a terminal: lines then stay whole, so that they can be searched and copied. */
  readonly width: number | undefined;
}
