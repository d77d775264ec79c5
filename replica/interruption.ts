const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** A signal while the replica starts or serves. It ends the replica; the second one does not wait for that. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(name: keyof typeof signalNumbers) {
    super(`interrupted (${name}): no replica runs`);
    this.exitCode = 128 + signalNumbers[name];
  }
}

/** Aborts at the first signal that ends a process, with Interrupted. */
export function interruption(): AbortController {
  const interrupt = new AbortController();
  for (const name of Object.keys(signalNumbers) as (keyof typeof signalNumbers)[]) {
    process.on(name, () => {
      const interrupted = new Interrupted(name);
      // The replica ends by itself when this process hangs up.
      if (interrupt.signal.aborted) process.exit(interrupted.exitCode);
      interrupt.abort(interrupted);
    });
  }
  return interrupt;
}
