import type { StoredEvent } from '../event-log.ts';
import type { KubeObject } from '../object.ts';
import { apiVersion } from '../resources.ts';
import { asStatusError, badRequest, invalid } from '../status.ts';
import { partial, toTable } from '../table/table.ts';
import { acceptedForm } from './accept.ts';
import { type Exchange, numberParameter } from './exchange.ts';
import { includeObject, selection } from './read.ts';
import { viewOf } from './views.ts';

/** As kube-apiserver, which draws a time between half an hour and an hour. */
const defaultSeconds = 1_800;
const bookmarkMs = 60_000;
/** A client that does not read is cut off before its events fill the memory. */
const unreadLimitBytes = 16 * 1024 * 1024;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Streams changes as JSON lines until the client leaves or its time is over. */
export function watchResource(exchange: Exchange): void {
  const { info, path, response, store, type } = exchange;
  const { query } = info;
  const since = startVersion(exchange);
  const sendsInitial = query.get('sendInitialEvents') === 'true';
  const isSelected = selection(exchange);
  const inScope = (object: KubeObject) =>
    (path.namespace === undefined || !type.namespaced || object.metadata.namespace === path.namespace) &&
    (path.name === undefined || object.metadata.name === path.name) &&
    isSelected(object);
  const view = viewOf(type);
  const form = formOf(exchange);
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();

  const send = (event: EventType, object: unknown) => {
    response.write(`${JSON.stringify({ type: event, object })}\n`);
    if (response.writableLength > unreadLimitBytes) response.destroy();
  };
  const sendObject = (event: EventType, object: KubeObject) => send(event, form(view.show(object)));
  const tell = ({ type: change, object, previous }: StoredEvent) => {
    const was = previous !== undefined && inScope(previous);
    const is = inScope(object);
    if (change === 'DELETED') {
      if (was || is) sendObject('DELETED', object);
    } else if (is) sendObject(was ? 'MODIFIED' : 'ADDED', object);
    // It is no longer selected: as its reader sees it, it is gone, and it is shown as it last saw it.
    else if (was)
      sendObject('DELETED', {
        ...previous,
        metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion ?? '' },
      });
  };
  const bookmark = (annotations?: Record<string, string>) =>
    send('BOOKMARK', {
      kind: type.kind,
      apiVersion: apiVersion(type),
      metadata: {
        resourceVersion: String(store.resourceVersion),
        creationTimestamp: null,
        ...(annotations ? { annotations } : {}),
      },
    });

  const held = new DisposableStack();
  try {
    if (since === undefined || sendsInitial) {
      for (const object of store.list(view.stored)) if (inScope(object)) sendObject('ADDED', object);
      if (sendsInitial) bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
    const from = since === undefined || sendsInitial ? store.resourceVersion : since;
    held.use(store.watchSince(view.stored, from, tell));
  } catch (error) {
    send('ERROR', asStatusError(error).toStatus());
    response.end();
    return;
  }
  const end = setTimeout(
    () => response.end(),
    (numberParameter(query, 'timeoutSeconds') || defaultSeconds) * 1000,
  ).unref();
  held.defer(() => clearTimeout(end));
  if (query.get('allowWatchBookmarks') === 'true') {
    const beat = setInterval(() => bookmark(), bookmarkMs).unref();
    held.defer(() => clearInterval(beat));
  }
  response.once('close', () => held.dispose());
}

/** The version to watch from; undefined means from what stands now, told first. */
function startVersion({ info, type }: Exchange): number | undefined {
  const { query } = info;
  const text = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(text))
    throw badRequest(`resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
  if (query.has('sendInitialEvents') && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const detail = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw invalid('meta.k8s.io', 'ListOptions', type.resource, [
      { field: 'resourceVersionMatch', problem: 'Forbidden', detail },
    ]);
  }
  return text === '' || text === '0' ? undefined : Number(text);
}

/** How each object of the stream is written; of tables only the first says its columns. */
function formOf(exchange: Exchange): (object: KubeObject) => unknown {
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === 'json') return (object) => object;
  if (form === 'partial') return partial;
  let headed = true;
  const included = includeObject(exchange);
  return (object) => {
    const table = toTable(
      exchange.type,
      [object],
      { resourceVersion: object.metadata.resourceVersion },
      { now: exchange.now(), includeObject: included, headed },
    );
    headed = false;
    return table;
  };
}
