import { type Phase, phases } from '../../cli/phases.ts';
import { criteria } from '../../specs/criteria.ts';
import { faults } from '../faults/all.ts';
import { type Fault, phaseOf } from '../faults/fault.ts';
import { neverGrey, neverRed } from './known-gaps.ts';

/** The faults that one phase's run of verify has to tell, and the criteria that tell them. */
export interface PhaseTable {
  readonly phase: Phase;
  /** Ids, in the order of specs/criteria. */
  readonly columns: readonly string[];
  readonly faults: readonly Fault[];
}

/** The matrix, a table for each phase: its own criteria that are judged by themselves, against the faults made for it. */
export function detectionTables(): PhaseTable[] {
  return phases.map((phase) => ({
    phase,
    columns: criteria.filter((each) => each.phase === phase.id && each.parts === undefined).map(({ id }) => id),
    faults: faults.filter((fault) => phaseOf(fault) === phase.id),
  }));
}

/** What a fault does to a criterion. */
export function markOf({ expects, obstructs = [], entails = [] }: Fault, id: string): '✖' | '?' | '·' | '' {
  if (expects.includes(id)) return '✖';
  if (obstructs.includes(id)) return '?';
  return entails.includes(id) ? '·' : '';
}

/** docs/detection.md */
export function detectionMarkdown(): string {
  const count = faults.filter(({ expects, obstructs = [] }) => expects.length + obstructs.length > 0).length;
  return [
    '# What each fault turns red',
    '',
    'Written by `npm run docs:detection` from scenarios/faults; a test keeps it current, and `npm run test:detection` plants each fault and expects what stands here.',
    '',
    `${count} faults have to be told, ${faults.length - count} must change no verdict. ✖ the criterion has to fail, ? it has to be inconclusive, · it may stop passing with it; every other has to pass.`,
    ...detectionTables().flatMap(phaseMarkdown),
    '',
    '## Without a fault or an obstacle',
    '',
    `Nothing turns red yet, or can: ${list(neverRed)}. Nothing turns inconclusive: ${list(neverGrey)}.`,
    '',
  ].join('\n');
}

function phaseMarkdown({ phase, columns, faults: own }: PhaseTable): string[] {
  const short = columns.map((id) => id.replace(/^\w+\./, ''));
  return [
    '',
    `## ${phase.id}: ${phase.title.toLowerCase()}`,
    '',
    `| fault | ${short.join(' | ')} | |`,
    `|---|${short.map(() => ':-:|').join('')}---|`,
    ...own.map(
      (fault) =>
        `| ${title(fault)} | ${columns.map((id) => markOf(fault, id)).join(' | ')} | ${besides(fault, columns)} |`,
    ),
  ];
}

function title({ name, title: words, embeddedOnly }: Fault): string {
  return `**${name}**${embeddedOnly === undefined ? '' : ' (embedded)'}: ${words.replaceAll('|', '\\|')}`;
}

/** What stands in no column: criteria of another phase, and that nothing is to be told. */
function besides(fault: Fault, columns: readonly string[]): string {
  const { expects, obstructs = [] } = fault;
  if (expects.length + obstructs.length === 0) return 'no verdict changes';
  return [...expects, ...obstructs]
    .filter((id) => !columns.includes(id))
    .map((id) => `${markOf(fault, id)} ${id}`)
    .join(', ');
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ');
}
