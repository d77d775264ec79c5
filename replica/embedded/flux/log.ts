import type { KubeObject } from '../kubernetes/object.ts';
import type { ContainerContext } from '../program.ts';

/** A controller's log, one JSON object a line, each about one object. */
export function controllerLog(
  context: Pick<ContainerContext, 'log' | 'now'>,
  { kind, apiVersion, metadata: { namespace, name } }: KubeObject,
): (level: 'info' | 'error', message: string) => void {
  return (level, message) => {
    const ts = context.now().toISOString();
    const controllerGroup = apiVersion.split('/')[0];
    const about = {
      controller: kind.toLowerCase(),
      controllerGroup,
      controllerKind: kind,
      [kind]: { name, namespace },
    };
    // As its logger writes an error: the words of what failed, and the error apart.
    const words = level === 'error' ? { msg: 'Reconciler error', error: message } : { msg: message };
    context.log(JSON.stringify({ level, ts, ...words, ...about, namespace, name }));
  };
}

/** What a controller says first. */
export function logStart({ log, now }: Pick<ContainerContext, 'log' | 'now'>): void {
  log(JSON.stringify({ level: 'info', ts: now().toISOString(), logger: 'setup', msg: 'starting manager' }));
}
