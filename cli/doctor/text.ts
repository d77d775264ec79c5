import wrapAnsi from 'wrap-ansi';
import { type DoctorFinding, type Group, groups, type Level } from '../../helpers/doctor/judge/finding.ts';
import { rehearsalNotice } from '../../helpers/evidence/run.ts';
import { duration } from '../../helpers/time-words.ts';
import type { Style } from '../output/style.ts';
import type { DoctorResult } from './result.ts';

const titles: Readonly<Record<Group, string>> = {
  cluster: 'Cluster',
  permissions: 'Permissions',
  workloads: 'Workloads and Services',
  mqtt: 'MQTT',
  kafka: 'Kafka',
  databases: 'Databases',
  connect: 'Redpanda Connect',
  clocks: 'Clocks',
  versions: 'Versions',
};

/** A sign, a word where the sign alone could be overlooked, and a colour that says nothing by itself. */
const looks: Readonly<Record<Level, { sign: string; word: string; colour: 'green' | 'red' | 'yellow' | 'dim' }>> = {
  ok: { sign: '✔', word: '', colour: 'green' },
  unseen: { sign: '✖', word: 'cannot see: ', colour: 'red' },
  warning: { sign: '!', word: 'mind: ', colour: 'yellow' },
  note: { sign: '-', word: '', colour: 'dim' },
};

const indent = 4;

/** What the doctor found, group by group, and what it comes to. */
export function doctorText({ target, findings, startedAt, finishedAt }: DoctorResult, style: Style): string {
  const { colors } = style;
  const where = [target.context && `context ${target.context}`, target.server].filter(Boolean).join(', ');
  const heading = `${colors.bold(`What verify can see on target ${target.name}`)}${where === '' ? '' : colors.dim(` (${where})`)}`;
  const notice = target.rehearsal ? [colors.bold(rehearsalNotice)] : [];
  const sections = groups.flatMap((group) => {
    const own = findings.filter((finding) => finding.group === group);
    return own.length === 0 ? [] : [sectionText(titles[group], own, style)];
  });
  const took = duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  return [[heading, ...notice].join('\n'), ...sections, summary(findings, took, style)].join('\n\n');
}

function sectionText(title: string, findings: readonly DoctorFinding[], style: Style): string {
  const printed = new Set<string>();
  const lines = findings.flatMap((finding) => {
    const { fix } = finding;
    // One thing to do may answer several findings.
    if (fix === undefined || printed.has(fix)) return [line(finding, style)];
    printed.add(fix);
    return [line(finding, style), `${' '.repeat(indent + 2)}${style.colors.dim('fix')} ${fix}`];
  });
  return [style.colors.bold(title), ...lines].join('\n');
}

function line({ level, subject, text }: DoctorFinding, { colors, width }: Style): string {
  const { sign, word, colour } = looks[level];
  const whole = `${colors[colour](`${sign} ${word}`.trimEnd())} ${colors.bold(subject)}: ${text}`;
  const wrapped = width === undefined ? whole : wrapAnsi(whole, Math.max(20, width - indent), { trim: false });
  return `  ${wrapped.split('\n').join(`\n${' '.repeat(indent)}`)}`;
}

function summary(findings: readonly DoctorFinding[], took: string, { colors }: Style): string {
  const unseen = findings.filter(({ level }) => level === 'unseen').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const verdict =
    unseen === 0
      ? colors.green('All that verify needs can be seen')
      : colors.red(`${unseen} ${unseen === 1 ? 'thing' : 'things'} cannot be seen`);
  return `${colors.bold(verdict)}${warnings === 0 ? '' : `, ${warnings} to mind`} ${colors.dim(`(${took})`)}`;
}
