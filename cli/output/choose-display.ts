import pc from 'picocolors';
import type { VerifyOptions } from '../verify/options.ts';
import { type Display, noDisplay, type ShownIds } from './display.ts';
import type { Style } from './style.ts';

/** As this process's standard output wants it: colours and wrapped lines on a terminal alone, where it tells its width. */
export function terminalStyle(): Style {
  return { colors: pc, width: process.stdout.isTTY ? process.stdout.columns || undefined : undefined };
}

/** A live list on a terminal, else plain lines; nothing where only the result is asked for. */
export async function display(
  options: Pick<VerifyOptions, 'json' | 'short'>,
  ids: ShownIds,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<Display> {
  if (options.json || options.short) return noDisplay;
  // A terminal that does not tell its width (a pseudo-terminal that nobody sized) cannot be drawn on.
  if (stream.isTTY && stream.columns > 0) {
    const { liveDisplay } = await import('./live-display.ts');
    return liveDisplay([...ids.own, ...ids.parts], terminalStyle(), stream);
  }
  const { plainDisplay } = await import('./plain-display.ts');
  return plainDisplay(ids, terminalStyle(), (line) => void stream.write(`${line}\n`));
}
