import { phases } from '../../../cli/phases.ts';
import { entryOfRun } from '../../../helpers/ledger/run-entry.ts';
import { detectionRows } from '../../../scenarios/detection/rows.ts';
import { faults } from '../../../scenarios/faults/all.ts';
import { criteria } from '../../../specs/criteria.ts';
import { type Site, siteRuns } from '../site.ts';
import { fourteenNights, startOf } from './fourteen-nights.ts';

/** The site of fourteen nights, made three hours after the last. */
export function sampleSite(parts: Partial<Site> = {}): Site {
  const kept = fourteenNights().map((run) => ({ run, directory: '' }));
  return {
    target: kept.at(-1)?.run.target ?? { name: 'embedded', kind: 'embedded', rehearsal: true, timeScale: 1 },
    runs: siteRuns([], kept, (run) => entryOfRun(run, false)),
    option: 'A',
    phases: phases.map(({ id, title }) => ({ id, title })),
    criteria,
    detection: detectionRows(faults),
    rehearsals: [
      { name: 'rollback', title: 'The way back', at: '2026-11-20T10:00:00.000Z', passed: true, outcome: 'no row lost' },
    ],
    hasAllure: false,
    unreadable: [],
    madeAt: new Date(startOf(14, 'phase1').getTime() + 3 * 3_600_000),
    ...parts,
  };
}
