type Listener = (...args: unknown[]) => void;

const guarded: ReadonlySet<string | symbol> = new Set(['SIGINT', 'SIGTERM', 'unhandledRejection']);

/**
 * Keeps others from listening to the process's signals until it is disposed: vitest would end the process at the first
 * ctrl-C, and there is a replica to stop before that. A listener is taken off before any signal can reach it.
 */
export function ownSignals(): Disposable {
  const takeOff = (name: string | symbol, listener: Listener) => {
    if (guarded.has(name)) process.nextTick(() => process.removeListener(name, listener));
  };
  process.on('newListener', takeOff);
  return { [Symbol.dispose]: () => void process.off('newListener', takeOff) };
}
