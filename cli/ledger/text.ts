import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import type { Decision } from '../../helpers/judge/verdict.ts';
import { calendarOf } from '../../helpers/ledger/calendar.ts';
import type { Ledger } from '../../helpers/ledger/ledger.ts';
import { runEntry } from '../../helpers/ledger/run-entry.ts';
import { signOffEntry } from '../../helpers/sign-off/schema.ts';
import type { Style } from '../output/style.ts';
import { decisionColours } from '../output/symbols.ts';

const letters: Readonly<Record<Decision, string>> = { GO: '+', INCONCLUSIVE: '?', 'NO-GO': 'x' };
const none = '·';

/** A calendar: a row a phase, a column a day (UTC), `+` GO, `?` INCONCLUSIVE, `x` NO-GO by the day's worst decision. */
export function calendarText(ledger: Ledger, { colors }: Style): string {
  const { days, rows: phases } = calendarOf(ledger.entries(runEntry));
  if (phases.length === 0) return 'no run was noted';
  const width = Math.max(...phases.map(({ phase }) => phase.length));
  const rows = phases.map(({ phase, runs }) => {
    const cells = runs.map((run) =>
      run === undefined ? colors.dim(none) : colors[decisionColours[run.decision]](letters[run.decision]),
    );
    return `${phase.padEnd(width)}  ${cells.join('')}`;
  });
  const span = days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`;
  return [...rows, colors.dim(`${' '.repeat(width)}  ${span} (UTC); + GO, ? INCONCLUSIVE, x NO-GO`)].join('\n');
}

/** The latest entries as a table: when, what, decision or act, in words. */
export function entriesText(ledger: Ledger, last: number, { colors }: Style): string {
  const lines = [
    ...ledger.entries(runEntry).map(({ at, phase, decision, reason, isMade, isPartial }) => ({
      at,
      words: [
        phase.padEnd(12),
        colors[decisionColours[decision]](decision.padEnd(12)),
        reason + (isPartial ? ' (some criteria only)' : '') + (isMade ? colors.dim(' (made with the replica)') : ''),
      ],
    })),
    ...ledger.entries(stateCaptureEntry).map(({ at, workloads, topics, tables }) => ({
      at,
      words: [
        'state:capture'.padEnd(12),
        `${workloads.length} workloads, ${topics.length} topics, ${tables.length} tables`,
      ],
    })),
    ...ledger.entries(cutoverEntry).map(({ at, action, by, scaled }) => ({
      at,
      words: [action.padEnd(12), `${scaled.length} workloads scaled by ${by}`],
    })),
    ...ledger.entries(signOffEntry).map(({ at, subject, by, note }) => ({
      at,
      words: ['sign-off'.padEnd(12), `${subject} by ${by}${note === undefined ? '' : `: ${note}`}`],
    })),
  ];
  return lines
    .sort((a, b) => a.at.localeCompare(b.at))
    .slice(-last)
    .map(({ at, words }) => `${at.slice(0, 16).replace('T', ' ')}  ${words.join('  ')}`)
    .join('\n');
}
