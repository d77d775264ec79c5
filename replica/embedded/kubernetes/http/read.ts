import type { KubeObject } from '../object.ts';
import { apiVersion, type ResourceType } from '../resources.ts';
import { type Matcher, parseFieldSelector, parseLabelSelector } from '../selectors.ts';
import { badRequest, expired, notFound, StatusError } from '../status.ts';
import { type IncludeObject, partial, toTable } from '../table/table.ts';
import { acceptedForm } from './accept.ts';
import { type Answer, type Exchange, numberParameter, ok } from './exchange.ts';
import type { Page } from './snapshots.ts';
import { viewOf } from './views.ts';

/** Answers a get of one object. */
export function readOne(exchange: Exchange): Answer {
  const { type, path, store } = exchange;
  const { name = '' } = path;
  const view = viewOf(type);
  const object = store.get(view.stored, path.namespace, name);
  if (!object) throw notFound(type, name);
  return ok(oneInForm(exchange, view.show(object)));
}

/** One object in the form that the client accepts. */
export function oneInForm(exchange: Exchange, object: KubeObject): unknown {
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === 'partial') return partial(object);
  if (form === 'json') return object;
  const { resourceVersion } = object.metadata;
  return toTable(
    exchange.type,
    [object],
    { resourceVersion },
    { now: exchange.now(), includeObject: includeObject(exchange), headed: true },
  );
}

/** Answers a list, whole or in pages. */
export function readList(exchange: Exchange): Answer {
  const { store, type, path } = exchange;
  checkVersion(exchange);
  const view = viewOf(type);
  const objects = store.list(view.stored, path.namespace).filter(selection(exchange));
  return ok(listInForm(exchange, objects.map(view.show), String(store.resourceVersion)));
}

/** A list in the form that the client accepts, cut into pages where it asks for that. */
export function listInForm(exchange: Exchange, objects: readonly KubeObject[], resourceVersion: string): unknown {
  const { type, info, snapshots } = exchange;
  const { query } = info;
  const limit = numberParameter(query, 'limit') || Number.POSITIVE_INFINITY;
  const token = query.get('continue');
  const page = token ? snapshots.next(token, limit) : snapshots.first({ resourceVersion, objects }, limit);
  const metadata = pageMetadata(page, query.has('labelSelector') || query.has('fieldSelector'));
  const form = acceptedForm(exchange.request.headers.accept);
  if (form === 'table') {
    return toTable(type, page.objects, metadata, {
      now: exchange.now(),
      includeObject: includeObject(exchange),
      headed: true,
    });
  }
  if (form === 'partial') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      // As an API server writes none of them, unlike every other list.
      items: page.objects.length === 0 ? null : page.objects.map(partial),
    };
  }
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersion(type),
    metadata,
    items: page.objects.map((object) => asItem(type, object)),
  };
}

function pageMetadata({ resourceVersion, next, remaining }: Page, isSelected: boolean): object {
  if (next === undefined) return { resourceVersion };
  // How many remain is told only where it costs nothing to know.
  return { resourceVersion, continue: next, ...(isSelected ? {} : { remainingItemCount: remaining }) };
}

/** Items of a list carry no kind, unless their kind is one that the API server knows by a definition alone. */
function asItem(type: ResourceType, object: KubeObject): unknown {
  if (/\.fluxcd\.io$|^metrics\.k8s\.io$/.test(type.group)) return object;
  const { kind: _, apiVersion: __, ...rest } = object;
  return rest;
}

export function includeObject({ info }: Exchange): IncludeObject {
  const asked = info.query.get('includeObject');
  if (asked === null || asked === '' || asked === 'Metadata') return 'Metadata';
  if (asked === 'None' || asked === 'Object') return asked;
  throw badRequest(`unrecognized includeObject value: ${asked}`);
}

/** What the request's selectors select, by the objects as they are stored. */
export function selection({ info, type }: Exchange): Matcher {
  const byLabel = parseLabelSelector(info.query.get('labelSelector') ?? '');
  const byField = parseFieldSelector(info.query.get('fieldSelector') ?? '', type.resource);
  return (object) => byLabel(object) && byField(object);
}

function checkVersion({ info, store }: Exchange): void {
  const asked = info.query.get('resourceVersion') || '0';
  if (info.query.get('continue')) return;
  if (!/^\d+$/.test(asked))
    throw badRequest(
      `resourceVersion: Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`,
    );
  const version = Number(asked);
  if (version > store.resourceVersion) {
    throw new StatusError(504, 'Timeout', `Too large resource version: ${version}, current: ${store.resourceVersion}`, {
      retryAfterSeconds: 1,
    });
  }
  // Only what stands now can be listed; the past is not kept.
  const isExact = info.query.get('resourceVersionMatch') === 'Exact';
  if (isExact && version < store.resourceVersion)
    throw expired(`The resourceVersion for the provided list is too old.`);
}
