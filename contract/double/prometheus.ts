import { prometheusProgram } from '../../replica/embedded/programs/prometheus/program.ts';
import { exporter } from '../../replica/embedded/testing/exporter.ts';
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
  world.run(
    exporter(80, () => page),
    { name: 'exporter.contract' },
  );
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
