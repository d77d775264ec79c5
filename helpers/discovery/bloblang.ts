/**
 * As much of Bloblang as tells where the values of a row come from: arguments that are a member of the message, and
 * members that are set to a constant. What is computed in any other way is not read.
 */

/** A member of the message and calls of methods on it: `this.fields.wifi_rssi.round().catch(null)`. */
const member = /^this((?:\.(?:[A-Za-z_]\w*|"[^"]+")(?![\w(]))+)(?:\.\w+\([^()]*(?:\([^()]*\)[^()]*)*\))*$/;

/**
 * The path of the member that each argument of `root = [ … ]` is, in their order; undefined for one that is computed.
 * Undefined when the mapping is no such list.
 */
export function argumentPaths(mapping: string): (string | undefined)[] | undefined {
  const list = /^\s*root\s*=\s*\[([\s\S]*)\]\s*$/.exec(withoutComments(mapping))?.[1];
  if (list === undefined) return undefined;
  return splitList(list).map((argument) => {
    const path = member.exec(argument)?.[1];
    return path?.slice(1).replaceAll('"', '');
  });
}

/** Members that a mapping sets to a text that is always the same, by their paths: `tags.location` is `indoor`. */
export function constantMembers(mapping: string): Map<string, string> {
  const constants = new Map<string, string>();
  const text = withoutComments(mapping);
  for (const [, path = '', value = ''] of text.matchAll(/^\s*root\.([\w.]+)\s*=\s*"([^"]*)"\s*$/gm)) {
    constants.set(path, value);
  }
  for (const [, path = '', object = ''] of text.matchAll(/^\s*root\.([\w.]+)\s*=\s*\{([^{}]*)\}/gm)) {
    for (const pair of splitList(object)) {
      const [, key, value] = /^"([^"]+)"\s*:\s*"([^"]*)"$/.exec(pair) ?? [];
      if (key !== undefined && value !== undefined) constants.set(`${path}.${key}`, value);
    }
  }
  return constants;
}

/** The items of a list, at commas that are in no bracket and in no quotation marks. */
export function splitList(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let quoted = false;
  let item = '';
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && '([{'.includes(letter)) depth += 1;
    else if (!quoted && ')]}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0 && !quoted) {
      items.push(item.trim());
      item = '';
    } else item += letter;
  }
  if (item.trim() !== '') items.push(item.trim());
  return items;
}

function withoutComments(mapping: string): string {
  return mapping.replace(/("[^"\n]*")|#[^\n]*/g, (_, quoted?: string) => quoted ?? '');
}
