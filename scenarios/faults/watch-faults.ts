import type { Fault } from './fault.ts';
import { withoutPermission } from './obstacles.ts';
import { rowFaults } from './row-faults.ts';
import { streamFaults } from './stream-faults.ts';
import { workloadFaults } from './workload-faults.ts';

const phase = 'phase5';
const ofTheNewSystem = [...workloadFaults, ...streamFaults, ...rowFaults];
const overTunnels = ['P5.flow', 'P5.no-loss', 'P5.no-old-writer', 'P5.streams'];

/** What goes wrong while both systems are watched after the cutover, and what keeps the watch from seeing it. */
export const watchFaults: readonly Fault[] = [
  duringTheWatch('input-lost', { expects: ['P5.streams'], entails: ['P5.logs-clean', 'P5.flow'] }),
  duringTheWatch('inserts-fail', { expects: ['P5.logs-clean', 'P5.flow'], entails: ['P5.streams', 'P5.no-loss'] }),
  duringTheWatch('crash-loop', { expects: ['P5.restarts'], entails: ['P5.streams', 'P5.logs-clean'] }),
  withoutPermission({
    name: `no-permission-port-forward-${phase}`,
    title: 'the verifier may not forward ports during the watch',
    phase,
    resource: 'pods/portforward',
    obstructs: overTunnels,
  }),
  withoutPermission({
    name: `no-permission-logs-${phase}`,
    title: 'the verifier may not read logs during the watch',
    phase,
    resource: 'pods/log',
    obstructs: ['P5.logs-clean'],
  }),
  withoutPermission({
    name: `no-permission-pods-${phase}`,
    title: 'the verifier may not read pods during the watch',
    phase,
    resource: 'pods',
    obstructs: ['P5.restarts'],
    entails: [...overTunnels, 'P5.logs-clean', 'P5.scaled-down', 'P5.stays-down', 'P5.rollback-ready'],
  }),
];

/** A fault of phase 1 that begins before the watch and lasts through it. */
function duringTheWatch(name: string, told: Pick<Fault, 'expects' | 'entails'>): Fault {
  const fault = ofTheNewSystem.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault ${name} of the new system`);
  return { ...fault, name: `${name}-${phase}`, title: `${fault.title}, during the watch`, phase, ...told };
}
