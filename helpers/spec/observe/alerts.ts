import type { Migration } from '../../config/schema.ts';
import type { Sightings } from '../../judge/verdict.ts';
import { type AskPrometheus, prometheusApi } from '../../prometheus/api.ts';
import type { RuleState, SeriesState } from '../../prometheus/observed.ts';
import { observeRules } from '../../prometheus/rules.ts';
import { observeSeries } from '../../prometheus/series.ts';
import { type Credentials, readCredentials } from '../../target/credentials.ts';
import { getHttp } from '../../target/dial/http.ts';
import type { Connections } from '../connections.ts';
import { once } from '../once.ts';
import { sight } from '../sightings.ts';

/** Questions to Prometheus at a time: a cluster has some hundred rules, and each question takes a tunnel. */
const atOnce = 8;

/** What the Prometheus that migration.yaml names watches for; nothing where it names none. */
export interface AlertObservations {
  rules(): Promise<Sightings<RuleState>>;
  /** Whether what these rules read has been there within the run's window, each selector once. */
  series(rules: readonly RuleState[]): Promise<Sightings<SeriesState>>;
}

export function alertObservations(
  migration: Migration,
  connections: Connections,
  env: NodeJS.ProcessEnv,
): AlertObservations {
  const { prometheus, run } = migration;
  const ask = once(async (): Promise<AskPrometheus> => {
    if (prometheus === undefined) throw new Error('migration.yaml names no Prometheus');
    const { namespace, service, port, credentials: entry } = prometheus;
    const target = await connections.target();
    const credential = entry === undefined ? undefined : migration.credentials[entry];
    const headers =
      entry === undefined || credential === undefined
        ? {}
        : basicAuthorization(await readCredentials(target.kube, credential, entry, env));
    return prometheusApi(`Prometheus at ${namespace}/${service}:${port}`, (path) =>
      getHttp(target, { namespace, service, port }, path, headers),
    );
  });
  return {
    rules: () =>
      sight(
        prometheus === undefined ? [] : [prometheus],
        ({ namespace, service }) => `rules of ${namespace}/${service}`,
        async () => observeRules(await ask()),
      ),
    series: async (rules) => {
      const read = rules.flatMap(({ reads = [] }) => reads);
      const selectors = [...new Map(read.map((selector) => [selector.text, selector])).values()];
      const { offsetSeconds } = selectors.length === 0 ? { offsetSeconds: 0 } : await connections.clock();
      const now = new Date(Date.now() + offsetSeconds * 1000);
      const sightings: Sightings<SeriesState>[] = [];
      for (let from = 0; from < selectors.length; from += atOnce) {
        sightings.push(
          await sight(
            selectors.slice(from, from + atOnce),
            ({ text }) => `series ${text}`,
            async (selector) => observeSeries(await ask(), selector, run.window, now),
          ),
        );
      }
      return {
        seen: sightings.flatMap(({ seen }) => seen),
        unseen: sightings.flatMap(({ unseen }) => unseen),
      };
    },
  };
}

function basicAuthorization({ username, password }: Credentials): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}` };
}
