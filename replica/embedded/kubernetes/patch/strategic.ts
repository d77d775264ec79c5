import { isObject } from './merge.ts';
import { isSet, mergeKey } from './merge-keys.ts';

type Bag = Record<string, unknown>;

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch: as a JSON merge patch, but lists with a merge key merge item by item. Understands the
 * directives that kubectl writes: $patch (delete, replace), $retainKeys, $setElementOrder, $deleteFromPrimitiveList.
 */
export function strategicMergePatch(target: unknown, patch: unknown, path: readonly string[] = []): unknown {
  if (!isObject(patch)) return patch;
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  const result: Bag = isObject(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys)) {
    for (const member of Object.keys(result)) if (!patch.$retainKeys.includes(member)) delete result[member];
  }
  for (const [member, value] of Object.entries(patch)) {
    if (member.startsWith(deletePrefix)) removeValues(result, member.slice(deletePrefix.length), value);
    else if (member.startsWith('$')) continue;
    else if (value === null) delete result[member];
    else if (Array.isArray(value)) result[member] = mergeList(result[member], value, [...path, member]);
    else if (isObject(value) && value.$patch === 'delete') delete result[member];
    else result[member] = strategicMergePatch(result[member], value, [...path, member]);
  }
  // Order is set last: an item that only moves stands in no other part of the patch.
  for (const [member, value] of Object.entries(patch)) {
    if (member.startsWith(orderPrefix) && Array.isArray(value)) {
      const list = member.slice(orderPrefix.length);
      if (Array.isArray(result[list])) result[list] = ordered(result[list], value, [...path, list]);
    }
  }
  return result;
}

function mergeList(target: unknown, patch: readonly unknown[], path: readonly string[]): unknown[] {
  const present = Array.isArray(target) ? target : [];
  if (isSet(path)) return [...new Set([...present, ...patch])];
  const merge = mergeKey(path);
  const items = patch.filter((item) => !(isObject(item) && isReplaceMarker(item)));
  if (merge === undefined || items.length < patch.length) return items.map(withoutDirectives);
  const result = [...present];
  for (const item of items) {
    if (!isObject(item)) continue;
    const index = result.findIndex((each) => isObject(each) && each[merge] === item[merge]);
    if (item.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = strategicMergePatch(result[index], item, path);
    else result.push(strategicMergePatch({}, item, path));
  }
  return result;
}

/** `{"$patch": "replace"}` among the items: the list is replaced by the others. */
function isReplaceMarker(item: Bag): boolean {
  return item.$patch === 'replace' && Object.keys(item).length === 1;
}

function ordered(list: readonly unknown[], order: readonly unknown[], path: readonly string[]): unknown[] {
  const merge = mergeKey(path);
  const identity = (item: unknown) => (merge !== undefined && isObject(item) ? item[merge] : item);
  const wanted = order.map(identity);
  const rank = (item: unknown) => {
    const index = wanted.indexOf(identity(item));
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return [...list].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function removeValues(result: Bag, member: string, values: unknown): void {
  const list = result[member];
  if (Array.isArray(list) && Array.isArray(values)) result[member] = list.filter((value) => !values.includes(value));
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([member, inner]) => !member.startsWith('$') && inner !== null)
      .map(([member, inner]) => [member, withoutDirectives(inner)]),
  );
}
