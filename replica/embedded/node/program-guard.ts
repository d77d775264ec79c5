import { AsyncLocalStorage } from 'node:async_hooks';

type OnError = (error: unknown) => void;

const owner = new AsyncLocalStorage<OnError>();

let guards = 0;

/** Runs a program, or a part of it, so that what it throws later, out of any promise or callback, reaches `onError`. */
export function runGuarded<T>(onError: OnError, run: () => T): T {
  return owner.run(onError, run);
}

/**
 * While one is held, an error that nothing caught ends the program that it came from instead of the replica. One that
 * comes from no program goes the way it would have gone.
 */
export function guardPrograms(): Disposable {
  if (guards++ === 0) {
    process.on('uncaughtException', onUncaught);
    process.on('unhandledRejection', onUncaught);
  }
  let held = true;
  return {
    [Symbol.dispose]() {
      if (!held) return;
      held = false;
      if (--guards > 0) return;
      process.off('uncaughtException', onUncaught);
      process.off('unhandledRejection', onUncaught);
    },
  };
}

function onUncaught(error: unknown): void {
  const onError = owner.getStore();
  const others = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection') - 2;
  if (onError) onError(error);
  else if (others === 0) {
    console.error(error);
    process.exit(1);
  }
}
