import { resolve } from 'node:path';
import { terminalStyle } from '../output/choose-display.ts';
import { ledgerDirectory } from '../verify/ledger-directory.ts';
import { diagnoseTarget } from './diagnose-target.ts';
import type { DiagnoseOptions } from './options.ts';

/**
 * `npm run diagnose resources` (plan, "High resource usage after migration"): what each container of both systems uses of
 * CPU and memory, what lies on their volumes, and where that leads by what the nightly runs noted.
 *
 * @returns the exit code: 0 when nothing is near its limit, 1 when something is, 2 when not everything could be looked at
 * Throws as `diagnoseTarget`.
 */
export function diagnoseResources(options: DiagnoseOptions, signal: AbortSignal): Promise<number> {
  return diagnoseTarget(
    {
      look: async (target, migration) => {
        const { lookAtResources } = await import('./look-at-resources.ts');
        return lookAtResources(target, migration, ledgerDirectory(migration, target, resolve(options.config)));
      },
      isTroubled: ({ troubles }) => troubles.length > 0,
      text: async (target, diagnosis, migration) => {
        const { resourcesText } = await import('./resources-text.ts');
        return resourcesText(target, diagnosis, migration, terminalStyle());
      },
    },
    options,
    signal,
  );
}
