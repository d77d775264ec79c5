import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stands in for docker's CLI: records its calls as the stand-in of k3d does. `STANDIN_DOCKER=down` has no daemon. */
const { STANDIN = '', STANDIN_DOCKER } = process.env;

appendFileSync(join(STANDIN, 'calls.txt'), `docker ${process.argv.slice(2).join(' ')}\n`);
if (STANDIN_DOCKER === 'down') {
  console.log();
  console.error('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
  process.exitCode = 1;
} else {
  console.log('28.2.2');
}
