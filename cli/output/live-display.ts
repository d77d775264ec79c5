import spinners from 'cli-spinners';
import { createLogUpdate } from 'log-update';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { duration } from '../../helpers/time-words.ts';
import type { Display } from './display.ts';
import { criterionLine, cut } from './line.ts';
import type { Style } from './style.ts';

const { frames, interval } = spinners.dots;

/** On a terminal: the list of all criteria, those that run with a spinner and the time they have taken so far. */
export function liveDisplay(ids: readonly string[], style: Style, stream: NodeJS.WriteStream): Display {
  const update = createLogUpdate(stream);
  const rows = new LiveRows(ids, style);
  const draw = () => update(rows.text(performance.now()));
  const timer = setInterval(draw, interval);
  const changed = (change: () => void) => {
    change();
    draw();
  };
  return {
    step: (words) => changed(() => rows.step(words)),
    started: (id) => changed(() => rows.started(id, performance.now())),
    finished: (result) => changed(() => rows.finished(result)),
    close() {
      clearInterval(timer);
      // Written as it is: what is updated in place keeps no more rows than the terminal has.
      update.clear();
      update.done();
      const text = rows.lastText();
      if (text !== '') stream.write(`${text}\n`);
    },
  };
}

/** The rows of the live list as text, without a terminal. Instants are in milliseconds of a monotonic clock. */
export class LiveRows {
  readonly #ids: readonly string[];
  readonly #style: Style;
  readonly #idWidth: number;
  readonly #startedAt = new Map<string, number>();
  readonly #results = new Map<string, CriterionResult>();
  /** Until something else is known: what takes the first seconds. */
  #step: string | undefined = 'loading the criteria';

  constructor(ids: readonly string[], style: Style) {
    this.#ids = ids;
    this.#style = style;
    this.#idWidth = Math.max(...ids.map((id) => id.length));
  }

  step(words: string): void {
    this.#step = words;
  }

  started(id: string, now: number): void {
    this.#step = undefined;
    this.#startedAt.set(id, now);
  }

  finished(result: CriterionResult): void {
    this.#step = undefined;
    this.#results.set(result.id, result);
  }

  text(now: number): string {
    const spinner = frames[Math.floor(now / interval) % frames.length] ?? '';
    const rows = this.#ids.map((id) => this.#row(id, spinner, now));
    const { colors, width } = this.#style;
    return this.#step === undefined
      ? rows.join('\n')
      : [`${colors.cyan(spinner)} ${cut(this.#step, width && width - 3)}`, ...rows].join('\n');
  }

  /** What stays on the terminal: the criteria that finished. */
  lastText(): string {
    const results = this.#ids.flatMap((id) => this.#results.get(id) ?? []);
    return results.map((result) => criterionLine(result, this.#idWidth, this.#style)).join('\n');
  }

  #row(id: string, spinner: string, now: number): string {
    const { colors } = this.#style;
    const result = this.#results.get(id);
    if (result) return criterionLine(result, this.#idWidth, this.#style);
    const startedAt = this.#startedAt.get(id);
    if (startedAt === undefined) return colors.dim(`· ${id}`);
    return `${colors.cyan(spinner)} ${id.padEnd(this.#idWidth)}  ${colors.dim(duration((now - startedAt) / 1000))}`;
  }
}
