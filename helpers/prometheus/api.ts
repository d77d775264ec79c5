import { z } from 'zod';
import { Unobservable } from '../unobservable.ts';

/**
 * The data that Prometheus' HTTP API answers on a path, of the form expected.
 * Throws `Unobservable` when nothing answers, when it refuses, or when it answers something else.
 */
export type AskPrometheus = <T>(
  path: string,
  parameters: Readonly<Record<string, string>>,
  form: z.ZodType<T>,
) => Promise<T>;

/** As every answer of the API is wrapped: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview */
const envelope = z.union([
  z.object({ status: z.literal('success'), data: z.unknown(), warnings: z.array(z.string()).optional() }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

/** GET of a path of its HTTP API. Any status is an answer; throws `Unobservable` when there is none. */
export type Get = (path: string) => Promise<{ readonly status: number; readonly body: string }>;

/** @param name as messages name it: `Prometheus at monitoring/prometheus:9090` */
export function prometheusApi(name: string, get: Get): AskPrometheus {
  return async (path, parameters, form) => {
    const query = new URLSearchParams(parameters).toString();
    const answer = await get(query === '' ? path : `${path}?${query}`);
    if (answer.status === 401 || answer.status === 403) {
      throw new Unobservable('unauthorized', `${name}: GET ${path} is refused: HTTP ${answer.status}`, {
        hint: 'prometheus.credentials in migration.yaml names what it is asked with',
      });
    }
    const odd = (why: string) =>
      new Unobservable('unsupported', `${name}: GET ${path} is not answered as Prometheus does: ${why}`, {
        hint: 'is the Service of prometheus in migration.yaml that of its HTTP API?',
      });
    const wrapped = envelope.safeParse(jsonOf(answer.body));
    if (!wrapped.success) throw odd(`HTTP ${answer.status} ${answer.body.slice(0, 200)}`);
    if (wrapped.data.status === 'error') {
      const { errorType, error } = wrapped.data;
      throw new Unobservable('unsupported', `${name}: GET ${path} is answered ${errorType}: ${error.slice(0, 300)}`);
    }
    const { warnings = [] } = wrapped.data;
    // Part of its data could not be reached, so what is missing in the answer may be there.
    if (warnings.length > 0) {
      const said = warnings.join('; ').slice(0, 300);
      throw new Unobservable('unreachable', `${name}: GET ${path} is answered in part only: ${said}`);
    }
    const data = form.safeParse(wrapped.data.data);
    if (!data.success) throw odd(z.prettifyError(data.error).slice(0, 300));
    return data.data;
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
