import { ApiAnswer } from '../../target/answer.ts';
import { mask } from '../../target/mask.ts';
import { duration } from '../../time-words.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Look, Unseen } from '../observed.ts';

/** Looks at one thing. Never throws: whatever goes wrong is why nothing was seen. */
export type Looker = <T>(what: string, see: () => Promise<T>) => Promise<Look<T>>;

/** Looks that all end within so many seconds from now, also where what they ask never answers. */
export function lookWithin(seconds: number): Looker {
  const endsAt = performance.now() + seconds * 1000;
  return async (what, see) => {
    const over = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => over.reject(new Unobservable('timeout', `${what}: no answer within ${duration(seconds)}`)),
      Math.max(0, endsAt - performance.now()),
    );
    try {
      return { seen: await Promise.race([see(), over.promise]) };
    } catch (error) {
      return { unseen: unseen(what, error) };
    } finally {
      clearTimeout(timer);
    }
  };
}

function unseen(what: string, error: unknown): Unseen {
  if (error instanceof Unobservable) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { kind: error.kind, message: error.message, ...hint };
  }
  const words = mask(error instanceof Error ? error.message : String(error));
  if (error instanceof ApiAnswer) return { kind: 'unsupported', message: words };
  return { kind: 'fault', message: `${what}: the suite itself failed: ${words}` };
}
