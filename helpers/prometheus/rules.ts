import { z } from 'zod';
import { mask } from '../target/mask.ts';
import type { AskPrometheus } from './api.ts';
import type { RuleState } from './observed.ts';
import { neededSelectors } from './promql.ts';

const evaluated = { name: z.string(), query: z.string(), health: z.string(), lastError: z.string().optional() };

const alert = z.object({ state: z.string(), activeAt: z.string(), labels: z.record(z.string(), z.string()) });

const rule = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alerting'), ...evaluated, alerts: z.array(alert).nullish() }),
  z.object({ type: z.literal('recording'), ...evaluated }),
]);

/** https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
const rulesAnswer = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });

/** Every rule that Prometheus has loaded, in its order, with what fires by it. Throws `Unobservable`. */
export async function observeRules(ask: AskPrometheus): Promise<RuleState[]> {
  const { groups } = await ask('/api/v1/rules', {}, rulesAnswer);
  return groups.flatMap(({ name: group, rules }) =>
    rules.map((loaded): RuleState => {
      const { name, type, query, health, lastError } = loaded;
      const reads = neededSelectors(query);
      const alerts = loaded.type === 'alerting' ? (loaded.alerts ?? []) : [];
      return {
        group,
        name,
        kind: type,
        expression: query,
        health,
        ...(reads === undefined ? {} : { reads }),
        ...(lastError === undefined || lastError === '' ? {} : { lastError: mask(lastError) }),
        firing: alerts
          .filter(({ state }) => state === 'firing')
          .map(({ activeAt, labels }) => ({ since: new Date(activeAt).toISOString(), labels })),
      };
    }),
  );
}
