import type { StateCapture } from '../../helpers/capture/schema.ts';
import { count } from '../../helpers/judge/words.ts';

/** What was captured, in a few lines; what was not, in full. */
export function captureText(capture: StateCapture): string {
  const { workloads, kustomizations, manifests, topics, groups, tables, usage, secrets, scrubbed, unseen } = capture;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const estimated = tables.filter(({ exact }) => !exact).map(({ database, table }) => `${database}/${table}`);
  const lines = [
    `state of ${capture.context} at ${capture.at}`,
    ...workloads.map(
      ({ kind, namespace, name, replicas, ready, owner }) =>
        `  ${kind} ${namespace}/${name}: ${ready} of ${replicas} ready${owner === undefined ? ', no owner by label' : `, applied by ${owner.name}`}`,
    ),
    ...kustomizations.map(
      ({ name, suspended, prune }) =>
        `  Kustomization ${name}${suspended ? ', suspended' : ''}${prune ? ', prunes' : ''}`,
    ),
    `  ${count(topics.length, 'topic')}, ${count(groups.length, 'group')}, ${count(tables.length, 'table')} with ${count(rows, 'row')}, usage of ${count(usage.length, 'container')}`,
    ...(estimated.length === 0 ? [] : [`  estimated, not counted: ${estimated.join(', ')}`]),
    `  ${count(manifests.length, 'manifest')}; ${count(secrets.length, 'Secret')} by name`,
    ...scrubbed.map((where) => `  left out, since it looks like a secret: ${where}`),
    ...unseen.map(({ subject, message }) => `  NOT CAPTURED ${subject}: ${message}`),
  ];
  return lines.join('\n');
}
