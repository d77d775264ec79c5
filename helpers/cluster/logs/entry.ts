import { mask } from '../../target/mask.ts';
import type { LogEntry } from '../observed.ts';
import { readLevel } from './levels.ts';

/** A line is quoted up to here. */
export const quotedCharacters = 2000;

/** The entry that a line with its time is, secrets masked. */
export function logEntry({ at, text }: { readonly at: string; readonly text: string }): LogEntry {
  const { level, message } = readLevel(text);
  const quoted = (part: string) => mask(part).slice(0, quotedCharacters);
  return { at, level, message: quoted(message), line: quoted(text) };
}
