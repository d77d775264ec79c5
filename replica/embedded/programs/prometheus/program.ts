import type { ContainerContext, Program } from '../../program.ts';
import { ended, pause } from '../ended.ts';
import { type PrometheusConfig, readConfig } from './config.ts';
import { httpApi, version } from './http.ts';
import { LoadedRule } from './rules.ts';
import { Scraper } from './scrape.ts';
import { SeriesStore } from './series.ts';

const httpPort = 9090;
/** The replica is not scraped more often than this, however much faster than life it runs. */
const shortestMs = 1_000;
/** After so many scrapes every rate has something to grow by, as it would have after the past that a replica stands for. */
const scrapesUntilReady = 3;

/** Prometheus as the replica runs it. */
export interface PrometheusProgram extends Program {
  /** Lets every question unanswered, those of probes too, or answers again. */
  silence(silent: boolean): void;
}

/** `prom/prometheus`, args `--config.file=…`: scrapes, keeps samples in memory, evaluates rules and answers over HTTP. */
export function prometheusProgram(): PrometheusProgram {
  let isSilent = false;
  return {
    silence: (silent) => {
      isSilent = silent;
    },
    async run(context) {
      const log = (level: string, message: string, more = '', at?: Date) =>
        context.log(
          `time=${(at ?? context.now()).toISOString()} level=${level} source=main.go msg=${JSON.stringify(message)}${more}`,
          at,
        );
      const option = context.args.find((arg) => arg.startsWith('--config.file='));
      const path = option?.split('=')[1] ?? 'prometheus.yml';
      log('INFO', 'Starting Prometheus Server', ` version="(version=${version}, branch=replica)"`, context.startedAt);
      let config: PrometheusConfig;
      try {
        config = readConfig(path, context.files);
      } catch (error) {
        log(
          'ERROR',
          `Error loading config (--config.file=${path})`,
          ` file=${path} err=${JSON.stringify((error as Error).message)}`,
        );
        return 2;
      }
      const store = new SeriesStore();
      const groups = config.groups.map((group) => ({
        ...group,
        rules: group.rules.map((rule) => new LoadedRule(rule, context.timeScale)),
      }));
      let scrapes = 0;
      const server = httpApi({
        store,
        groups,
        evaluationMs: config.evaluationMs,
        nowMs: () => context.now().getTime(),
        isReady: () => scrapes >= scrapesUntilReady,
        isSilent: () => isSilent,
      });
      using _port = context.listen(httpPort, (socket) => server.emit('connection', socket));
      log('INFO', 'Server is ready to receive web requests.', '', context.startedAt);
      const scrapers = config.targets.map((target) => new Scraper(target));
      const round = async () => {
        await Promise.all(scrapers.map((scraper) => scraper.scrape(context, store)));
        scrapes += 1;
        // Within a group a rule sees what those before it have just recorded.
        for (const { rules } of groups) for (const rule of rules) rule.evaluate(store, context.now().getTime());
      };
      await Promise.race([keepOn(context, config, round), ended(context.signal)]);
      log('WARN', 'Received an OS signal, exiting gracefully...', ' signal=terminated');
      server.closeAllConnections();
      return 0;
    },
    cpuCores: 0.01,
    memoryBytes: () => 70 * 2 ** 20,
  };
}

/** Rounds at the configured pace, and the first few as fast as one may follow the other. */
async function keepOn(
  { signal, timeScale }: ContainerContext,
  { scrapeMs }: PrometheusConfig,
  round: () => Promise<void>,
): Promise<void> {
  const paceMs = timeScale === 1 ? scrapeMs : Math.max(Math.min(scrapeMs, shortestMs), scrapeMs / timeScale);
  for (let rounds = 1; !signal.aborted; rounds += 1) {
    await round();
    await pause(rounds < scrapesUntilReady ? shortestMs / 4 : paceMs, signal);
  }
}
