import type { Migration } from '../config/schema.ts';
import { nearNames } from '../near-names.ts';
import type { RuleState, SeriesState } from '../prometheus/observed.ts';
import { rulesBehind } from './rules-behind.ts';
import { type Finding, notApplicable, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, foundInstead, list, shorten } from './words.ts';

type Prometheus = NonNullable<Migration['prometheus']>;
type Judged = Pick<Finding, 'verdict' | 'observed' | 'hint' | 'since' | 'look'>;

/**
 * PM.alerts (plan, "Set Up Alerts"): every alert that migration.yaml asks for is loaded and evaluates without an error,
 * and whatever its expression cannot do without had a series within the run's window: an alert over a metric that nobody
 * exports never fires, and looks like one that has no occasion to. What a recording rule makes is there when what that
 * rule reads is. Other rules are their owners' business. Whether an alert fires is shown and not judged.
 */
export function judgeAlerts(
  rules: Sightings<RuleState>,
  series: Sightings<SeriesState>,
  migration: Migration,
): Verdict {
  const { prometheus, run } = migration;
  const within = duration(run.window);
  const expected = `each alert (${list(prometheus?.alerts ?? [])}) is loaded and evaluates, and every series that it reads was there within ${within}`;
  if (prometheus === undefined) {
    return notApplicable(
      'the plan’s alerts are loaded, and what they read is there, where Prometheus is used',
      'migration.yaml names no Prometheus (section prometheus)',
    );
  }
  const missing = rules.unseen.length > 0 ? [] : missingFindings(rules.seen, prometheus);
  const asked = rulesBehind(prometheus.alerts, rules.seen);
  const findings = asked.map((rule): Finding => {
    const subject = rule.kind === 'alerting' ? rule.name : `${rule.name} (recorded)`;
    const look = prometheusLook(prometheus, '/api/v1/rules');
    return { subject, look, ...judgeRule(rule, rules.seen, series.seen, { prometheus, within }) };
  });
  const firing = asked.filter((rule) => rule.firing.length > 0).map(({ name }) => name);
  return verdictOf([...missing, ...findings, ...unseenFindings([...rules.unseen, ...series.unseen])], {
    expected,
    pass: `${count(prometheus.alerts.length, 'alert')} loaded among ${count(rules.seen.length, 'rule')}, all that is read is there; firing: ${list(firing) || 'none'}`,
    hint: 'Correct the expression, or scrape what exports the metric (plan, Set Up Alerts). A counter that is exported only once it has counted needs `or vector(0)`.',
  });
}

function missingFindings(rules: readonly RuleState[], prometheus: Prometheus): Finding[] {
  const loaded = rules.filter(({ kind }) => kind === 'alerting').map(({ name }) => name);
  const look = prometheusLook(prometheus, '/api/v1/rules?type=alert');
  return prometheus.alerts
    .filter((name) => !loaded.includes(name))
    .map((name): Finding => {
      const among =
        loaded.length === 0 ? 'Prometheus has no alert at all' : `not among ${count(loaded.length, 'alert')}`;
      const observed = `is not loaded: ${among}${foundInstead(nearNames(name, loaded))}`;
      return { subject: name, verdict: 'fail', observed, look };
    });
}

function judgeRule(
  rule: RuleState,
  rules: readonly RuleState[],
  series: readonly SeriesState[],
  { prometheus, within }: { readonly prometheus: Prometheus; readonly within: string },
): Judged {
  const { health, lastError, reads, expression } = rule;
  if (health === 'err')
    return { verdict: 'fail', observed: `does not evaluate: ${shorten(lastError ?? 'no reason given')}` };
  if (reads === undefined)
    return { verdict: 'inconclusive', observed: `its expression could not be read: ${shorten(expression)}` };
  const lacking = lackingSeries(rule, rules, series);
  if (lacking.length > 0) {
    const never = rule.kind === 'alerting' ? 'can never fire' : 'records nothing';
    const words = lacking.map((each) => lackingWords(each, within));
    const query = encodeURIComponent(lacking[0]?.series.selector ?? '');
    return {
      verdict: 'fail',
      observed: `${never}: ${list(words)}; expression: ${shorten(expression)}`,
      look: prometheusLook(prometheus, `/api/v1/query?query=${query}`),
    };
  }
  const unknown = reads.filter(({ text }) => !series.some(({ selector }) => selector === text));
  if (unknown.length > 0) {
    const selectors = list(unknown.map(({ text }) => text));
    return { verdict: 'inconclusive', observed: `whether ${selectors} is there could not be seen` };
  }
  if (health !== 'ok') return { verdict: 'inconclusive', observed: `has not been evaluated yet (${health})` };
  const [first] = rule.firing.map(({ since }) => since).sort();
  const fires = first === undefined ? '' : `; it fires, since ${first}`;
  const what = reads.length === 0 ? 'needs no series' : `reads ${count(reads.length, 'selector')}, each with series`;
  return { verdict: 'pass', observed: `${what}${fires}` };
}

interface Lacking {
  readonly series: SeriesState;
  /** The recording rules on the way to it, the nearest first. */
  readonly through: readonly string[];
}

/** What a rule reads and nobody provides, through recording rules too. One that reads itself is followed once. */
function lackingSeries(
  rule: RuleState,
  rules: readonly RuleState[],
  series: readonly SeriesState[],
  through: readonly string[] = [],
): Lacking[] {
  return (rule.reads ?? []).flatMap(({ text, metric }): Lacking[] => {
    const recording = rules.filter(({ kind, name }) => kind === 'recording' && name === metric);
    const causes = recording
      .filter(({ name }) => !through.includes(name))
      .map((one) => lackingSeries(one, rules, series, [...through, one.name]));
    // Several rules may record one metric: it is there when one of them can.
    if (causes.length > 0 && causes.every((lacking) => lacking.length > 0)) return causes.flat();
    const state = series.find(({ selector }) => selector === text);
    return state?.seriesCount === 0 ? [{ series: state, through }] : [];
  });
}

function lackingWords({ series, through }: Lacking, within: string): string {
  const { selector, metric, metricSeriesCount = 0, nearMetrics, wantedInVain } = series;
  const recorded = through.length === 0 ? '' : `, which ${list(through)} is recorded from,`;
  if (metricSeriesCount === 0) {
    const nearest = nearMetrics.length === 0 ? '' : ` (nearest: ${list(nearMetrics)})`;
    return `${metric ?? selector}${recorded} is exported by nobody within ${within}${nearest}`;
  }
  const vain = wantedInVain.map(
    ({ label, value, there }) => `none has ${label}="${value}" (there are: ${list(there) || 'none with this label'})`,
  );
  return `${selector}${recorded} selects none of ${count(metricSeriesCount, 'series', 'series')} of ${metric} within ${within}${vain.length === 0 ? '' : `: ${list(vain)}`}`;
}

function prometheusLook({ namespace, service, port }: Prometheus, path: string): string {
  return `kubectl get --raw '/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}'`;
}
