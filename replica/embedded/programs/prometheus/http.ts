import { createServer } from 'node:http';
import { evaluate, type Value } from './evaluate.ts';
import { type PromqlTree, parsePromql } from './promql.ts';
import type { LoadedGroup } from './rules.ts';
import { matchersOfText } from './selector.ts';
import type { SeriesStore } from './series.ts';

export const version = '3.5.0';

export interface PrometheusState {
  readonly store: SeriesStore;
  readonly groups: readonly LoadedGroup[];
  readonly evaluationMs: number;
  nowMs(): number;
  isReady(): boolean;
  /** While it is silent, connections are taken and nothing is answered. */
  isSilent(): boolean;
}

interface Page {
  readonly status: number;
  /** JSON, unless it is text. */
  readonly body: object | string;
}

/** The HTTP API on 9090: https://prometheus.io/docs/prometheus/latest/querying/api/ */
export function httpApi(state: PrometheusState) {
  return createServer((request, response) => {
    if (state.isSilent()) return;
    const { status, body } = answer(state, new URL(request.url ?? '/', 'http://prometheus'));
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' });
    response.end(isText ? body : JSON.stringify(body));
  });
}

function answer(state: PrometheusState, { pathname, searchParams }: URL): Page {
  const { store, groups } = state;
  switch (pathname) {
    case '/-/healthy':
      return { status: 200, body: 'Prometheus Server is Healthy.\n' };
    case '/-/ready':
      if (state.isReady()) return { status: 200, body: 'Prometheus Server is Ready.\n' };
      return { status: 503, body: 'Service Unavailable' };
    case '/api/v1/status/buildinfo':
      return success({ version });
    case '/api/v1/rules':
      return success({ groups: rulesOf(state, searchParams.get('type')) });
    case '/api/v1/alerts':
      return success({ alerts: groups.flatMap(({ rules }) => rules.flatMap((rule) => rule.alerts(state.nowMs()))) });
    case '/api/v1/query':
      return query(state, searchParams);
  }
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(pathname)?.[1];
  if (label !== undefined) return labelValues(store, decodeURIComponent(label), searchParams);
  if (!pathname.startsWith('/api/v1/')) return { status: 404, body: '404 page not found\n' };
  return failure(501, 'unimplemented', `the replica’s Prometheus has no ${pathname}`);
}

function rulesOf({ groups, evaluationMs, nowMs }: PrometheusState, type: string | null): object[] {
  const wanted = { alert: 'alerting', record: 'recording' }[type ?? ''];
  return groups
    .map(({ name, file, rules }) => ({
      name,
      file,
      rules: rules
        .filter(({ rule }) => wanted === undefined || rule.type === wanted)
        .map((rule) => rule.describe(nowMs())),
      interval: evaluationMs / 1000,
      limit: 0,
    }))
    .filter(({ rules }) => rules.length > 0);
}

function query(state: PrometheusState, parameters: URLSearchParams): Page {
  const atMs = Number(parameters.get('time') ?? state.nowMs() / 1000) * 1000;
  let tree: PromqlTree;
  try {
    tree = parsePromql(parameters.get('query') ?? '');
  } catch (error) {
    return failure(400, 'bad_data', `invalid parameter "query": ${(error as Error).message}`);
  }
  try {
    return success(result(evaluate(tree, state.store, atMs), atMs));
  } catch (error) {
    return failure(422, 'execution', (error as Error).message);
  }
}

function result(value: Value, atMs: number): object {
  if (typeof value === 'number') return { resultType: 'scalar', result: [atMs / 1000, String(value)] };
  const samples = value.map(({ labels, value }) => ({ metric: labels, value: [atMs / 1000, String(value)] }));
  return { resultType: 'vector', result: samples };
}

function labelValues(store: SeriesStore, label: string, parameters: URLSearchParams): Page {
  const from = bound(parameters.get('start'), Number.NEGATIVE_INFINITY);
  const to = bound(parameters.get('end'), Number.POSITIVE_INFINITY);
  const selectors = parameters.getAll('match[]');
  try {
    const series =
      selectors.length === 0 ? store.select([]) : selectors.flatMap((text) => store.select(matchersOfText(text)));
    const there = series.filter(({ samples }) =>
      samples.some(({ atMs, value }) => value !== undefined && atMs >= from && atMs <= to),
    );
    return success([...new Set(there.flatMap(({ labels }) => labels[label] ?? []))].sort());
  } catch (error) {
    return failure(400, 'bad_data', (error as Error).message);
  }
}

/** Seconds since 1970, or a time as RFC 3339 has it, in milliseconds. */
function bound(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const seconds = Number(text);
  return Number.isNaN(seconds) ? Date.parse(text) : seconds * 1000;
}

function success(data: unknown): Page {
  return { status: 200, body: { status: 'success', data } };
}

function failure(status: number, errorType: string, error: string): Page {
  return { status, body: { status: 'error', errorType, error } };
}
