import type { KubeObject } from '../object.ts';
import { applyMerge } from '../patch/apply.ts';
import { isObject } from '../patch/merge.ts';
import { patched, patchTypes } from '../patch/patch.ts';
import { apiVersion, type ResourceType } from '../resources.ts';
import { badRequest, methodNotAllowed, notFound, StatusError } from '../status.ts';
import type { DeleteOptions } from '../store.ts';
import { contentType, readBody } from './body.ts';
import { type Answer, type Exchange, isDryRun, ok } from './exchange.ts';
import { checkFields } from './field-validation.ts';
import { oneInForm, selection } from './read.ts';
import { viewOf } from './views.ts';

/** Answers a POST of a new object. */
export async function createOne(exchange: Exchange): Promise<Answer> {
  const { store, type, path, info } = exchange;
  const view = viewOf(type);
  const object = fromOutside(type, placed(exchange, await objectBody(exchange)));
  await checkFields(exchange, object);
  if (object.metadata.resourceVersion) {
    // A real API server takes no account of whose mistake that is.
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (path.name !== undefined) throw methodNotAllowed();
  const created = store.create(view.stored, view.take(object), { dryRun: isDryRun(info.query) });
  return { status: 201, body: oneInForm(exchange, view.show(created)) };
}

/** Answers a PUT of an object, or of its status. */
export async function updateOne(exchange: Exchange): Promise<Answer> {
  const { type, path } = exchange;
  const given = placed(exchange, await objectBody(exchange));
  if (given.metadata.name !== path.name) {
    throw badRequest(
      `the name of the object (${given.metadata.name}) does not match the name on the URL (${path.name})`,
    );
  }
  if (path.subresource === 'finalize') return ok(finalize(exchange, given));
  await checkFields(exchange, given);
  const { deletionTimestamp: _, ...metadata } = given.metadata;
  return ok(
    oneInForm(exchange, write(exchange, { ...given, apiVersion: apiVersion(type), kind: type.kind, metadata })),
  );
}

/** Answers a PATCH of an object or of its status, in any of the forms that kubectl and controllers send. */
export async function patchOne(exchange: Exchange): Promise<Answer> {
  const { store, type, path, request } = exchange;
  const { name = '' } = path;
  const view = viewOf(type);
  const kind = contentType(request);
  const patch = await readBody(request);
  const present = store.get(view.stored, path.namespace, name);
  if (kind === patchTypes.applyYaml) return applyOne(exchange, patch, present && view.show(present));
  if (!present) throw notFound(type, name);
  const result = patched(type, view.show(present), kind, patch);
  if (result.metadata.name !== name)
    throw badRequest(`the name of the object (${result.metadata.name}) does not match the name on the URL (${name})`);
  await checkFields(exchange, result);
  return ok(oneInForm(exchange, write(exchange, result)));
}

async function applyOne(exchange: Exchange, applied: unknown, present: KubeObject | undefined): Promise<Answer> {
  const { store, type, path, info } = exchange;
  if (!info.query.get('fieldManager')) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const object = placed(exchange, checked(type, applied));
  if (object.metadata.name !== path.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${path.name})`,
    );
  }
  await checkFields(exchange, object);
  if (present) return ok(oneInForm(exchange, write(exchange, applyMerge(present, object) as KubeObject)));
  if (path.subresource !== undefined) throw notFound(type, object.metadata.name);
  const created = store.create(type, fromOutside(type, object), { dryRun: isDryRun(info.query) });
  return { status: 201, body: oneInForm(exchange, created) };
}

function write(exchange: Exchange, object: KubeObject): KubeObject {
  const { store, type, path, info } = exchange;
  const view = viewOf(type);
  const options = { status: path.subresource === 'status', dryRun: isDryRun(info.query) };
  return view.show(store.update(view.stored, view.take(object), options));
}

/** Takes a namespace's own finalizers away, as an operator does with one that is stuck. */
function finalize({ store, type }: Exchange, given: KubeObject): KubeObject {
  const written = store.change(type, undefined, given.metadata.name, (object) => {
    object.spec = { ...object.spec, finalizers: given.spec?.finalizers ?? [] };
  });
  if (!written) throw notFound(type, given.metadata.name);
  return written;
}

/** Answers a DELETE of one object: with the object while something holds it, else with a Status. */
export async function deleteOne(exchange: Exchange): Promise<Answer> {
  const { store, type, path } = exchange;
  const { name = '' } = path;
  const view = viewOf(type);
  const deleted = store.delete(view.stored, path.namespace, name, await deleteOptions(exchange));
  if (!deleted) throw notFound(type, name);
  if (store.get(view.stored, path.namespace, name)) return ok(oneInForm(exchange, view.show(deleted)));
  const details = {
    name,
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.resource,
    uid: deleted.metadata.uid,
  };
  return ok({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
}

/** Answers a DELETE of all objects that are selected, with the list of them. */
export async function deleteSelected(exchange: Exchange): Promise<Answer> {
  const { store, type, path } = exchange;
  if (!type.verbs.includes('deletecollection')) throw methodNotAllowed();
  const view = viewOf(type);
  const options = await deleteOptions(exchange);
  const chosen = store.list(view.stored, path.namespace).filter(selection(exchange));
  for (const { metadata } of chosen) store.delete(view.stored, metadata.namespace, metadata.name, options);
  const metadata = { resourceVersion: String(store.resourceVersion) };
  return ok({ kind: `${type.kind}List`, apiVersion: apiVersion(type), metadata, items: chosen.map(view.show) });
}

async function deleteOptions({ request, info }: Exchange): Promise<DeleteOptions> {
  const body = (await readBody(request)) ?? {};
  if (!isObject(body)) throw badRequest("couldn't get version/kind; json parse error: DeleteOptions is no object");
  const { query } = info;
  const grace = body.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  const policy =
    body.orphanDependents === true ? 'Orphan' : (body.propagationPolicy ?? query.get('propagationPolicy') ?? undefined);
  if (policy !== undefined && policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
    throw badRequest(`invalid value for propagationPolicy: ${JSON.stringify(policy)}`);
  }
  return {
    dryRun: isDryRun(query) || (Array.isArray(body.dryRun) && body.dryRun.includes('All')),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(isObject(body.preconditions)
      ? { preconditions: body.preconditions as { uid?: string; resourceVersion?: string } }
      : {}),
  };
}

async function objectBody({ request, type }: Exchange): Promise<KubeObject> {
  return checked(type, await readBody(request));
}

/** What was sent, as an object of that type. Throws BadRequest for anything else. */
function checked(type: ResourceType, body: unknown): KubeObject {
  if (!isObject(body)) throw badRequest("the object provided is unrecognized: couldn't get version/kind");
  const object = { apiVersion: apiVersion(type), kind: type.kind, metadata: {}, ...body };
  if (object.apiVersion !== apiVersion(type) || object.kind !== type.kind) {
    throw badRequest(
      `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${type.kind}: no kind "${object.kind}" is registered for this path`,
    );
  }
  if (!isObject(object.metadata))
    throw badRequest(
      `${type.kind} in version "${apiVersion(type)}" cannot be handled as a ${type.kind}: metadata is no object`,
    );
  return object as KubeObject;
}

/** The object in the namespace of its URL. */
function placed({ type, path }: Exchange, object: KubeObject): KubeObject {
  if (!type.namespaced) return object;
  if (path.namespace === undefined) throw methodNotAllowed();
  const own = object.metadata.namespace;
  if (own && own !== path.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return { ...object, metadata: { ...object.metadata, namespace: path.namespace } };
}

/** A new object without what only the server may set. */
function fromOutside(type: ResourceType, object: KubeObject): KubeObject {
  const {
    uid: _,
    creationTimestamp: __,
    deletionTimestamp: ___,
    generation: ____,
    managedFields: _____,
    ...metadata
  } = object.metadata;
  const { status, ...rest } = object;
  const hasStatus = type.subresources.some((each) => each.name === 'status');
  return { ...rest, metadata, ...(hasStatus || status === undefined ? {} : { status }) } as KubeObject;
}
