import pc from 'picocolors';
import type { VerifyOptions } from '../verify/options.ts';
import { type Display, noDisplay } from './display.ts';
import type { Style } from './style.ts';

/** As this process's standard output wants it: colours and wrapped lines on a terminal alone, where it tells its width. */
export function terminalStyle(): Style {
  return { colors: pc, width: process.stdout.isTTY ? process.stdout.columns || undefined : undefined };
}

/** A live list on a terminal, else plain lines; nothing where only the result is asked for. */
export async function display(options: VerifyOptions, ids: readonly string[]): Promise<Display> {
  if (options.json || options.short) return noDisplay;
  if (process.stdout.isTTY) {
    const { liveDisplay } = await import('./live-display.ts');
    return liveDisplay(ids, terminalStyle(), process.stdout);
  }
  const { plainDisplay } = await import('./plain-display.ts');
  return plainDisplay(ids, terminalStyle(), (line) => console.log(line));
}
