import { stateCaptureEntry } from '../../helpers/capture/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import type { Decision } from '../../helpers/judge/verdict.ts';
import type { Ledger } from '../../helpers/ledger/ledger.ts';
import { runEntry } from '../../helpers/ledger/run-entry.ts';
import { signOffEntry } from '../../helpers/sign-off/schema.ts';
import type { Style } from '../output/style.ts';
import { decisionColours } from '../output/symbols.ts';

/** What is worst of a day's last runs is what the day shows. */
const severity: Readonly<Record<Decision, number>> = { GO: 0, INCONCLUSIVE: 1, 'NO-GO': 2 };
const letters: Readonly<Record<Decision, string>> = { GO: '+', INCONCLUSIVE: '?', 'NO-GO': 'x' };
const none = '·';

/** A calendar: a row a phase, a column a day (UTC), `+` GO, `?` INCONCLUSIVE, `x` NO-GO by the day's worst decision. */
export function calendarText(ledger: Ledger, { colors }: Style): string {
  const runs = ledger.entries(runEntry).filter(({ isPartial }) => !isPartial);
  if (runs.length === 0) return 'no run was noted';
  const days = daysBetween(runs.map(({ at }) => at));
  const phases = [...new Set(runs.map(({ phase }) => phase))];
  const width = Math.max(...phases.map((phase) => phase.length));
  const rows = phases.map((phase) => {
    const cells = days.map((day) => {
      const decisions = runs.filter((run) => run.phase === phase && run.at.startsWith(day)).map((run) => run.decision);
      const [worst] = decisions.sort((a, b) => severity[b] - severity[a]);
      return worst === undefined ? colors.dim(none) : colors[decisionColours[worst]](letters[worst]);
    });
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

function daysBetween(times: readonly string[]): string[] {
  const sorted = times.map((at) => at.slice(0, 10)).sort();
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
  const days: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += 86_400_000) {
    days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
