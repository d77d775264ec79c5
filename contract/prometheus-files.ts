import { mountedConfigMap } from '../replica/embedded/testing/manifest.ts';

const ownRules = `groups:
  - name: contract
    rules:
      - { alert: Fires, expr: 'up{job="mqtt-kafka-bridge"} == 1', labels: { severity: page } }
      - { alert: InError, expr: output_sent + on (job) output_sent }
      - { alert: Absent, expr: 'absent(up{job="nobody"})' }
`;

/**
 * prometheus.yml and its rule files in a directory: as the manifests have them, but that every job scrapes the same
 * program, at a pace for tests.
 */
export function prometheusFiles(directory: string, instance: string): Map<string, string> {
  const shipped = mountedConfigMap('monitoring', 'prometheus', directory);
  const config = (shipped.get(`${directory}/prometheus.yml`) ?? '')
    .replaceAll('15s', '1s')
    .replace(/rule_files: .*/, `rule_files: [${directory}/telemetry.yml, ${directory}/contract.yml]`)
    .replaceAll(/targets: \[[^\]]*\]/g, `targets: ["${instance}"]`);
  return new Map([...shipped, [`${directory}/prometheus.yml`, config], [`${directory}/contract.yml`, ownRules]]);
}
