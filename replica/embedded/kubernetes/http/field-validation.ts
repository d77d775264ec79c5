import type { KubeObject } from '../object.ts';
import { badRequest } from '../status.ts';
import type { Exchange } from './exchange.ts';

/**
 * Does what `fieldValidation` asks with members that a kind does not have: refuses the object (Strict, as kubectl asks),
 * warns of them, or lets them be. Throws BadRequest naming each.
 */
export async function checkFields({ info, response }: Exchange, object: KubeObject): Promise<void> {
  const mode = info.query.get('fieldValidation');
  if (mode !== 'Strict' && mode !== 'Warn') return;
  // The schema is read by those alone who want to be checked.
  const { unknownFields } = await import('./unknown-fields.ts');
  const unknown = unknownFields(object).map((path) => `unknown field "${path}"`);
  if (unknown.length === 0) return;
  if (mode === 'Warn') {
    response.setHeader(
      'warning',
      unknown.map((each) => `299 - "${each.replaceAll('"', '\\"')}"`),
    );
    return;
  }
  throw badRequest(
    `${object.kind} in version "${shortVersion(object)}" cannot be handled as a ${object.kind}: strict decoding error: ${unknown.join(', ')}`,
  );
}

function shortVersion({ apiVersion }: KubeObject): string {
  return apiVersion.split('/').at(-1) ?? apiVersion;
}
