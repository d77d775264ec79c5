import { createServer } from 'node:http';
import type { Program } from '../../replica/embedded/program.ts';
import { ended } from '../../replica/embedded/programs/ended.ts';
import { prometheusProgram } from '../../replica/embedded/programs/prometheus/program.ts';
import { World } from '../../replica/embedded/testing/world.ts';
import { prometheusFiles } from '../prometheus-files.ts';
import type { Subject } from '../suite.ts';
import type { PrometheusSystem } from '../systems.ts';

/** The replica's Prometheus. */
export function prometheusDouble(): Subject<PrometheusSystem> {
  return { name: 'the replica', how: 'double', open };
}

async function open(): Promise<PrometheusSystem> {
  const world = new World();
  let page = '';
  const exporter: Program = {
    run: async (context) => {
      const server = createServer((_, response) => response.end(page));
      using _port = context.listen(80, (socket) => server.emit('connection', socket));
      await ended(context.signal);
      server.closeAllConnections();
      return 0;
    },
  };
  world.run(exporter, { name: 'exporter.contract' });
  const prometheus = world.run(prometheusProgram(), {
    name: 'prometheus.contract',
    args: ['--config.file=/etc/prometheus/prometheus.yml'],
    files: prometheusFiles('/etc/prometheus', 'exporter.contract:80'),
  });
  return {
    version: undefined,
    get: (path) => prometheus.http(9090, path),
    expose: (text) => {
      page = text;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
