import type { NetworkPolicyState } from '../../helpers/cluster/observed.ts';
import type { Migration } from '../../helpers/config/schema.ts';
import { type RunTarget, rehearsalNotice } from '../../helpers/evidence/run.ts';
import { gapWords, missing } from '../../helpers/judge/continuity.ts';
import { count, duration, list } from '../../helpers/judge/words.ts';
import type { Style } from '../output/style.ts';
import type { DiagnosedGap, GapsDiagnosis } from './gaps-found.ts';

/** Each gap with its cause, what that rests on, the NetworkPolicies on its hop, and the commands that show it. */
export function gapsText(
  target: Pick<RunTarget, 'name' | 'rehearsal'>,
  { from, to, gaps, unseen }: GapsDiagnosis,
  migration: Migration,
  { colors }: Style,
): string {
  const heading = `${colors.bold(`Gaps on target ${target.name}`)} ${colors.dim(`from ${from} to ${to}`)}`;
  const notice = target.rehearsal ? [colors.bold(rehearsalNotice)] : [];
  const sections = gaps.map((gap) => section(gap, migration, colors));
  const blind = unseen.map(({ subject, message }) => `${colors.red('✖')} ${subject}: ${message}`);
  const found = gaps.length === 0 ? 'No stream has a gap' : `${count(gaps.length, 'gap')}`;
  const summary = blind.length === 0 ? found : `${found}; ${count(blind.length, 'thing')} could not be looked at`;
  return [[heading, ...notice].join('\n'), ...sections, ...(blind.length > 0 ? [blind.join('\n')] : []), summary].join(
    '\n\n',
  );
}

function section(gap: DiagnosedGap, migration: Migration, colors: Style['colors']): string {
  const { stream, attribution, policies, look } = gap;
  const limit = migration.new.streams[stream]?.maxGap ?? 0;
  return [
    `${colors.bold(stream)}: no row for ${gapWords(gap)}, limit ${duration(limit)}: ${missing(gap)}`,
    `  ${colors.dim('lost at')} ${attribution?.hop ?? 'unknown'}: ${attribution?.words ?? 'not looked for'}`,
    ...(attribution?.evidence ?? []).slice(shownInWords).map((words) => `  ${colors.dim('besides')} ${words}`),
    ...(policies.length === 0 ? [`  ${colors.dim('NetworkPolicies')} none selects a pod on this hop`] : []),
    ...policies.map((policy) => `  ${colors.dim('NetworkPolicy')} ${policyText(policy)}`),
    ...look.map((command) => `  ${colors.dim('look')} ${command}`),
  ].join('\n');
}

/** An attribution's words quote so much of what it rests on. */
const shownInWords = 3;

function policyText({ namespace, name, pods, ingressRules, egressRules }: NetworkPolicyState): string {
  const directions = [
    ...(ingressRules === undefined ? [] : [`in: ${rules(ingressRules)}`]),
    ...(egressRules === undefined ? [] : [`out: ${rules(egressRules)}`]),
  ];
  return `${namespace}/${name} selects ${list(pods)}; ${directions.join(', ')}`;
}

function rules(number: number): string {
  return number === 0 ? 'nothing' : `what ${count(number, 'rule')} let${number === 1 ? 's' : ''} through`;
}
