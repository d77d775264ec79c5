import type { KubeObject } from '../object.ts';
import { isObject } from '../patch/merge.ts';
import { patched } from '../patch/patch.ts';
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from '../status.ts';
import { selector } from '../table/printer.ts';
import { contentType, readBody } from './body.ts';
import { type Answer, type Exchange, isDryRun, ok } from './exchange.ts';

/** Answers requests for a workload's scale: its replicas as an object of their own. */
export async function answerScale(exchange: Exchange): Promise<Answer> {
  const { store, type, path, info, request } = exchange;
  const { name = '' } = path;
  const present = store.get(type, path.namespace, name);
  if (!present) throw notFound(type, name);
  const scale = scaleOf(present);
  if (info.verb === 'get') return ok(scale);
  if (info.verb !== 'update' && info.verb !== 'patch') throw methodNotAllowed();
  const kind = contentType(request);
  const body = await readBody(request);
  const wanted = info.verb === 'update' ? body : patched(type, scale, kind, body);
  if (!isObject(wanted) || !isObject(wanted.spec)) throw badRequest('the object provided is no Scale');
  const replicas = wanted.spec.replicas ?? 0;
  const { resourceVersion } = isObject(wanted.metadata) ? wanted.metadata : {};
  if (resourceVersion && resourceVersion !== present.metadata.resourceVersion) throw conflict(type, name);
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) {
    const detail = 'must be greater than or equal to 0';
    throw invalid('autoscaling', 'Scale', name, [
      { field: 'spec.replicas', problem: 'Invalid value', value: replicas, detail },
    ]);
  }
  if (isDryRun(info.query)) return ok({ ...scale, spec: { replicas } });
  const written = store.change(type, path.namespace, name, (object) => {
    object.spec = { ...object.spec, replicas };
  });
  return ok(scaleOf(written ?? present));
}

function scaleOf({ metadata, spec, status }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    // 0 is left out, as Go leaves it out.
    spec: spec?.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, selector: selector(spec?.selector) },
  };
}
