import type { RuleState } from '../prometheus/observed.ts';

/** The alerts of these names and the recording rules that they read, through others too, each once. */
export function rulesBehind(alerts: readonly string[], rules: readonly RuleState[]): RuleState[] {
  const found = new Set(rules.filter(({ kind, name }) => kind === 'alerting' && alerts.includes(name)));
  // What is added to a set while it is gone through is gone through too.
  for (const { reads = [] } of found)
    for (const rule of rules)
      if (rule.kind === 'recording' && reads.some(({ metric }) => metric === rule.name)) found.add(rule);
  return [...found];
}
