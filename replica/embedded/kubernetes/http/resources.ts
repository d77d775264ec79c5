import type { KubeObject } from '../object.ts';
import { isObject } from '../patch/merge.ts';
import { badRequest, methodNotAllowed, notImplemented } from '../status.ts';
import { readBody } from './body.ts';
import type { Answer, Exchange } from './exchange.ts';
import { sendLogs } from './logs.ts';
import { answerMetrics } from './metrics.ts';
import { readList, readOne } from './read.ts';
import { answerReview } from './reviews.ts';
import { answerScale } from './scale.ts';
import { watchResource } from './watch.ts';
import { createOne, deleteOne, deleteSelected, patchOne, updateOne } from './write.ts';

/** Answers a request for a resource; undefined where the answer is a stream that has been sent. */
export async function answerResource(exchange: Exchange): Promise<Answer | undefined> {
  const { type, path, info } = exchange;
  if (type.group === 'metrics.k8s.io') return answerMetrics(exchange);
  if (type.kind.startsWith('SelfSubject')) return review(exchange);
  if (path.subresource !== undefined) return answerSubresource(exchange, path.subresource);
  if (!type.verbs.includes(info.verb)) throw methodNotAllowed();
  switch (info.verb) {
    case 'get':
      return readOne(exchange);
    case 'list':
      return readList(exchange);
    case 'watch':
      return void watchResource(exchange);
    default:
      return answerWrite(exchange);
  }
}

function answerWrite(exchange: Exchange): Promise<Answer> {
  switch (exchange.info.verb) {
    case 'create':
      return createOne(exchange);
    case 'update':
      return updateOne(exchange);
    case 'patch':
      return patchOne(exchange);
    case 'delete':
      return deleteOne(exchange);
    case 'deletecollection':
      return deleteSelected(exchange);
    default:
      throw methodNotAllowed();
  }
}

async function answerSubresource(exchange: Exchange, name: string): Promise<Answer | undefined> {
  const { type, info } = exchange;
  const subresource = type.subresources.find((each) => each.name === name);
  if (!subresource) throw notImplemented(`${type.resource}/${name}`);
  if (!subresource.verbs.includes(info.verb)) throw methodNotAllowed();
  if (name === 'log') {
    await sendLogs(exchange);
    return undefined;
  }
  if (name === 'scale') return answerScale(exchange);
  if (name === 'exec' || name === 'attach' || name === 'portforward') throw badRequest('Upgrade request required');
  if (info.verb === 'get') return readOne(exchange);
  return info.verb === 'patch' ? patchOne(exchange) : updateOne(exchange);
}

async function review({ request, type, user, store, info }: Exchange): Promise<Answer> {
  if (info.verb !== 'create') throw methodNotAllowed();
  const body = await readBody(request);
  if (!isObject(body)) throw badRequest("the object provided is unrecognized: couldn't get version/kind");
  return { status: 201, body: answerReview(type, body as KubeObject, user, store) };
}
