import type { Fault } from './fault.ts';
import { planting } from './planting.ts';
import { takeRights } from './rights.ts';

const overTunnels = [
  'P1.streams',
  'P1.topics-fresh',
  'P1.tables-fresh',
  'P1.settings-current',
  'P1.migrations',
  'P1.hypertables',
  'P1.retention',
  'P1.lag',
  'P1.rows-keep-pace',
  'P1.no-duplicates',
  'P1.values',
];
const overKubernetes = ['P1.workloads', 'P1.restarts', 'P1.logs-clean'];
const telemetryRows = [
  'P1.tables-fresh',
  'P1.migrations',
  'P1.hypertables',
  'P1.retention',
  'P1.rows-keep-pace',
  'P1.no-duplicates',
  'P1.values',
];

const ofTheServer = 'a real API server cannot be told to behave so';
const ofTheNode =
  'process 1 of a container is stopped from its node only: within the container the kernel keeps SIGSTOP from it';

export const obstacles: readonly Fault[] = [
  withoutPermission({
    name: 'no-permission-pods',
    title: 'the verifier may not read pods',
    resource: 'pods',
    obstructs: overKubernetes,
    entails: overTunnels,
  }),
  withoutPermission({
    name: 'no-permission-logs',
    title: 'the verifier may not read logs',
    resource: 'pods/log',
    obstructs: ['P1.logs-clean'],
  }),
  withoutPermission({
    name: 'no-permission-port-forward',
    title: 'the verifier may not forward ports',
    resource: 'pods/portforward',
    obstructs: overTunnels,
  }),
  condition('port-forward-refused', 'every port-forward is refused', ofTheServer, overTunnels, []),
  condition(
    'broker-silent',
    'the broker accepts connections and answers nothing',
    ofTheNode,
    ['P1.topics-fresh', 'P1.lag', 'P1.rows-keep-pace', 'P1.settings-current'],
    ['P1.streams', 'P1.tables-fresh', 'P1.logs-clean', 'P1.values', 'P1.no-duplicates'],
  ),
  condition('database-silent', 'the telemetry database answers nothing', ofTheNode, telemetryRows, [
    'P1.streams',
    'P1.logs-clean',
    'P1.lag',
    'P1.workloads',
    'P1.restarts',
  ]),
  condition(
    'settings-database-silent',
    'the settings database answers nothing',
    ofTheNode,
    ['P1.settings-current', 'P1.migrations'],
    ['P1.streams', 'P1.logs-clean', 'P1.lag', 'P1.workloads', 'P1.restarts'],
  ),
  condition(
    'api-hangs',
    'the API server accepts requests and answers none',
    ofTheServer,
    [...overKubernetes, ...overTunnels],
    [],
  ),
  condition('api-throttles', 'the API server answers 429 to all', ofTheServer, [...overKubernetes, ...overTunnels], []),
  condition('api-errors', 'the API server answers 500 to all', ofTheServer, [...overKubernetes, ...overTunnels], []),
  condition(
    'api-hiccups',
    'the API server answers 429 or 500 to every fifth request, and no verdict changes',
    ofTheServer,
    [],
    [],
  ),
];

/** A switch of the embedded replica. What it does to the programs shows later; what it does to an observer at once. */
function condition(
  name: string,
  title: string,
  embeddedOnly: string,
  obstructs: readonly string[],
  entails: readonly string[],
): Fault {
  return {
    name,
    title,
    expects: [],
    obstructs,
    entails,
    embeddedOnly,
    plant: (target) =>
      planting(async ({ undo }) => {
        const { hooks } = target;
        if (!hooks) throw new Error(`${name} needs an embedded replica`);
        undo(() => hooks.clear(name));
        await hooks.set(name);
      }),
  };
}

/** Takes a resource of the core group out of the verifier's ClusterRole and of each of its Roles. */
export function withoutPermission(fault: Omit<Fault, 'plant' | 'expects'> & { readonly resource: string }): Fault {
  const { resource, ...rest } = fault;
  return {
    ...rest,
    expects: [],
    plant: (target) =>
      planting((steps) =>
        takeRights(target, steps, (name, { apiGroups }) => name === resource && apiGroups?.[0] === ''),
      ),
  };
}
