import type { Migration } from '../../helpers/config/schema.ts';
import { type RunTarget, rehearsalNotice } from '../../helpers/evidence/run.ts';
import type { Trend } from '../../helpers/judge/trend.ts';
import { bytes, count, days } from '../../helpers/judge/words.ts';
import type { Style } from '../output/style.ts';
import type { DiagnosedClaim, DiagnosedContainer, ResourcesDiagnosis } from './resources-found.ts';

const none = '-';

/** Both systems' containers and claims as tables, what uses most first, then what is trouble, and what shows more. */
export function resourcesText(
  target: Pick<RunTarget, 'name' | 'rehearsal'>,
  { at, containers, claims, troubles, unseen }: ResourcesDiagnosis,
  { old }: Pick<Migration, 'old'>,
  { colors }: Style,
): string {
  const heading = `${colors.bold(`Resources on target ${target.name}`)} ${colors.dim(`at ${at}`)}`;
  const notice = target.rehearsal ? [colors.bold(rehearsalNotice)] : [];
  const containerTable = table(
    ['SYSTEM', 'CONTAINER', 'CPU', 'REQUEST', 'LIMIT', 'MEMORY', 'REQUEST', 'LIMIT', 'TREND', 'RESTARTS'],
    containers.map(containerRow),
  );
  const claimTable = table(['SYSTEM', 'CLAIM', 'HOLDS', 'USED', 'CAPACITY', 'TREND', 'STATUS'], claims.map(claimRow));
  const blind = unseen.map(({ subject, message }) => `${colors.red('✖')} ${subject}: ${message}`);
  const found = troubles.length === 0 ? 'Nothing is near its limit' : count(troubles.length, 'finding');
  const summary = blind.length === 0 ? found : `${found}; ${count(blind.length, 'thing')} could not be looked at`;
  const namespaces = [...new Set([...containers, ...claims].map(({ namespace }) => namespace))];
  const stopped = old.workloads.length > 0 && !containers.some(({ system }) => system === 'old');
  return [
    [heading, ...notice].join('\n'),
    ...(containers.length === 0 ? [] : [containerTable]),
    ...(stopped ? [colors.dim('The old system runs no pod.')] : []),
    ...(claims.length === 0 ? [] : [claimTable]),
    ...(troubles.length === 0 ? [] : [troubles.map((words) => `${colors.red('✖')} ${words}`).join('\n')]),
    ...(blind.length === 0 ? [] : [blind.join('\n')]),
    ...(troubles.length === 0
      ? []
      : [
          namespaces
            .map((namespace) => `${colors.dim('look')} kubectl top pods -n ${namespace} --containers`)
            .join('\n'),
        ]),
    summary,
  ].join('\n\n');
}

function containerRow(one: DiagnosedContainer): string[] {
  const { restartCount, lastTermination } = one;
  const end = lastTermination === undefined ? '' : ` (${lastTermination.reason} ${lastTermination.finishedAt})`;
  return [
    one.system,
    `${one.namespace}/${one.workload}/${one.container}`,
    ...[one.usedMillicores, one.requestMillicores, one.limitMillicores].map(millicores),
    ...[one.usedBytes, one.requestBytes, one.limitBytes].map(amount),
    trendWords(one.trend),
    `${restartCount}${end}`,
  ];
}

function claimRow(one: DiagnosedClaim): string[] {
  return [
    one.system,
    `${one.namespace}/${one.name}`,
    one.database === undefined ? none : `database ${one.database}`,
    amount(one.usedBytes),
    amount(one.capacityBytes),
    trendWords(one.trend),
    one.phase,
  ];
}

function millicores(amount: number | undefined): string {
  return amount === undefined ? none : `${Math.round(amount * 10) / 10}m`;
}

function amount(of: number | undefined): string {
  return of === undefined ? none : bytes(of);
}

function trendWords(trend: Trend | undefined): string {
  if (trend === undefined) return none;
  const sign = trend.perDay < 0 ? '-' : '+';
  return `${sign}${bytes(Math.abs(trend.perDay))} a day over ${days(trend.days)}`;
}

/** Columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
