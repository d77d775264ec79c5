import { once } from 'node:events';
import type { V1Container } from '@kubernetes/client-node';
import type { LogOptions } from '../../node/kubelet.ts';
import type { KubeObject } from '../object.ts';
import { badRequest, type FieldProblem, invalid, notFound } from '../status.ts';
import { type Exchange, numberParameter } from './exchange.ts';

/** Streams a container's log as text. */
export async function sendLogs(exchange: Exchange): Promise<void> {
  const { store, type, path, info, kubelet, response } = exchange;
  const { name = '', namespace = '' } = path;
  const pod = store.get(type, namespace, name);
  if (!pod) throw notFound(type, name);
  const container = containerAsked(pod, info.query.get('container'));
  const options = logOptions(exchange);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  // A pod that no node has taken yet has said nothing.
  const lines =
    pod.spec?.nodeName === undefined ? none() : kubelet.logs({ namespace, pod: name, container }, options, gone.signal);
  const reader = lines[Symbol.asyncIterator]();
  // A follower's first line may be long in coming: its client learns at once that it follows.
  let next = reader.next();
  if (!options.follow) await next;
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  for (let line = await next; !line.done && !response.destroyed; line = await next) {
    if (!response.write(`${line.value}\n`)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    next = reader.next();
  }
  response.end();
}

async function* none(): AsyncGenerator<string> {}

function containerAsked({ metadata, spec = {} }: KubeObject, asked: string | null): string {
  const main = (spec.containers ?? []) as V1Container[];
  const init = (spec.initContainers ?? []) as V1Container[];
  const [first] = main;
  if (asked) {
    if ([...main, ...init].some((each) => each.name === asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (first && main.length === 1 && init.length === 0) return first.name;
  if (first && main.length === 1) {
    const words = `a container name must be specified for pod ${metadata.name}, choose one of: [${first.name}] or one of the init containers: [${init.map((each) => each.name).join(' ')}]`;
    throw badRequest(words);
  }
  const also = init.length === 0 ? '' : ` or one of the init containers: [${init.map((each) => each.name).join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${main.map((each) => each.name).join(' ')}]${also}`,
  );
}

function logOptions({ info: { query }, path, now }: Exchange): LogOptions {
  const problems: FieldProblem[] = [];
  const sinceSeconds = query.get('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  if (sinceSeconds !== null && sinceTime !== null) {
    problems.push({
      field: 'sinceSeconds',
      problem: 'Forbidden',
      detail: 'at most one of `sinceTime` or `sinceSeconds` may be specified',
    });
  }
  if (sinceTime !== null && Number.isNaN(Date.parse(sinceTime))) {
    throw badRequest(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    );
  }
  for (const [field, least] of Object.entries({ sinceSeconds: 1, tailLines: 0, limitBytes: 1 })) {
    const given = query.get(field);
    if (given === null || Number(given) >= least) continue;
    const detail = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    problems.push({ field, problem: 'Invalid value', value: Number(given), detail });
  }
  if (problems.length > 0) throw invalid('', 'PodLogOptions', path.name ?? '', problems);
  const tailLines = numberParameter(query, 'tailLines');
  const limitBytes = numberParameter(query, 'limitBytes');
  const since =
    sinceTime !== null
      ? new Date(sinceTime)
      : sinceSeconds !== null
        ? new Date(now().getTime() - Number(sinceSeconds) * 1000)
        : undefined;
  return {
    follow: query.get('follow') === 'true' || query.get('follow') === '1',
    previous: query.get('previous') === 'true' || query.get('previous') === '1',
    timestamps: query.get('timestamps') === 'true' || query.get('timestamps') === '1',
    ...(since === undefined ? {} : { sinceTime: since }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}
