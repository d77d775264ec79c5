import type { DiagnoseOptions } from './options.ts';

/** A replica of its own takes a while to start: whoever watches is told how far it is. */
export function progress({ json }: Pick<DiagnoseOptions, 'json'>): (step: string) => void {
  if (json || !process.stderr.isTTY) return () => {};
  return (step) => void process.stderr.write(`replica: ${step}\n`);
}
