import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { loadMigration } from '../helpers/config/load.ts';
import { duration } from '../helpers/time-words.ts';
import { openFaultTarget } from './faults/open-target.ts';
import { auditFootprint } from './footprint/audit.ts';
import { added, residue } from './footprint/residue.ts';
import { verifyReplica, withVerdict } from './verify-replica.ts';

/**
 * `npm run test:footprint`: one run of verify as the read-only account of a replica on a real cluster, by the API
 * server's audit log and by what it leaves in the broker and the databases. Exit code 0 when it only read and left
 * nothing, 1 when not, 2 when it could not be looked at.
 */
const { FOOTPRINT_KUBECONFIG: kubeconfig, AUDIT_LOG: auditLog } = process.env;
if (kubeconfig === undefined || auditLog === undefined) {
  console.error(
    'Nothing was measured: set FOOTPRINT_KUBECONFIG to the kubeconfig of a replica on a real cluster (npm run replica -- --on) and AUDIT_LOG to the file of its API server’s audit log.',
  );
  process.exit(2);
}
const reader = 'system:serviceaccount:verify:reader';
/** An audit log may be written behind. */
const settleMs = 3_000;

const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const kind = config.getCurrentContext();
const out = await mkdtemp(join(tmpdir(), 'footprint-'));
try {
  const migration = loadMigration('migration.yaml');
  await using target = await openFaultTarget({ kubeconfig, context: kind, timeScale: 1, migration });
  const before = await residue(target);
  const { size: start } = await stat(auditLog);
  const began = performance.now();
  const { decision, criteria } = await verifyReplica({ kubeconfig, target: kind, out, withinMs: 180_000 });
  const tookSeconds = (performance.now() - began) / 1000;
  await sleep(settleMs);
  const after = await residue(target);
  const footprint = auditFootprint((await text(createReadStream(auditLog, { start }))).split('\n'), reader);

  const passed = withVerdict({ criteria }, 'pass').length;
  console.log(`verify: ${decision}, ${passed} of ${criteria.length} criteria pass, ${duration(tookSeconds)}`);
  const { requests, seconds } = footprint;
  const rate = (requests / Math.max(seconds, 1)) * 60;
  console.log(
    `API server: ${requests} requests within ${duration(seconds)}, so ${rate.toFixed(0)} a minute while it runs`,
  );
  for (const { what, count } of footprint.asked) console.log(`  ${String(count).padStart(4)}  ${what}`);
  const left = [...added(before.kafka, after.kafka), ...after.postgres];
  console.log(`left behind in Kafka and PostgreSQL: ${left.join('; ') || 'nothing'}`);
  for (const what of footprint.forbidden) console.error(`not what a reader asks: ${what}`);
  // A log in which the run does not stand shows nothing.
  if (requests === 0) console.error(`${auditLog} holds no request of ${reader}`);
  process.exitCode = requests === 0 ? 2 : footprint.forbidden.length + left.length > 0 ? 1 : 0;
} finally {
  await rm(out, { recursive: true, force: true });
}
