import { type Fact, known, unknown } from './fact.ts';

/** A container's variables: values that stand in the open, and where the others are held. */
export type Environment = ReadonlyMap<string, Fact<string>>;

/** Stands in a text for a variable whose value is not known; no configuration has this letter. */
const mark = '\uFFFC';

/**
 * A configuration with `${NAME}` and `${NAME:default}` replaced as Redpanda Connect does when it starts. A variable whose
 * value is not known is replaced by a mark, by which `plainText` tells what depends on it. `${! … }` is a function of each
 * message and stays. https://docs.redpanda.com/redpanda-connect/configuration/interpolation/
 */
export function interpolate(text: string, env: Environment): string {
  return text.replace(/\$\{(\w+)(?::([^}]*))?\}/g, (_, name: string, preset?: string) => {
    const value = env.get(name);
    if (value === undefined) return preset ?? `${mark}${name}${mark}`;
    return 'known' in value ? value.known || (preset ?? '') : `${mark}${name}${mark}`;
  });
}

/** A text of an interpolated configuration when it is whole and the same for every message. */
export function plainText(text: string, env: Environment): Fact<string> {
  const name = new RegExp(`${mark}(\\w+)${mark}`).exec(text)?.[1];
  if (name !== undefined) {
    const value = env.get(name);
    return unknown(value !== undefined && 'unknown' in value ? value.unknown : `variable ${name} is set nowhere`);
  }
  if (text.includes('${!')) return unknown(`it is computed from each message: ${text}`);
  return text === '' ? unknown('it is empty') : known(text);
}
