import { accountingFaults } from './accounting-faults.ts';
import { agreementFaults } from './agreement-faults.ts';
import { alertFaults } from './alert-faults.ts';
import { backupFaults } from './backup-faults.ts';
import { clockFaults } from './clock-faults.ts';
import { continuityFaults } from './continuity-faults.ts';
import type { Fault } from './fault.ts';
import { gitopsFaults } from './gitops-faults.ts';
import { logFaults } from './log-faults.ts';
import { mqttFaults } from './mqtt-faults.ts';
import { observationFaults } from './observation-faults.ts';
import { obstacles } from './obstacles.ts';
import { oldSystemFaults } from './old-system-faults.ts';
import { restoredFaults } from './restored-faults.ts';
import { rollbackFaults } from './rollback-faults.ts';
import { rowFaults } from './row-faults.ts';
import { schemaFaults } from './schema-faults.ts';
import { streamFaults } from './stream-faults.ts';
import { watchFaults } from './watch-faults.ts';
import { workloadFaults } from './workload-faults.ts';

/** Every fault and obstacle. */
export const faults: readonly Fault[] = [
  ...workloadFaults,
  ...streamFaults,
  ...mqttFaults,
  ...rowFaults,
  ...schemaFaults,
  ...logFaults,
  ...clockFaults,
  ...alertFaults,
  ...backupFaults,
  ...continuityFaults,
  ...gitopsFaults,
  ...agreementFaults,
  ...accountingFaults,
  ...observationFaults,
  ...obstacles,
  ...oldSystemFaults,
  ...watchFaults,
  ...rollbackFaults,
  ...restoredFaults,
];
