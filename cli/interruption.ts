const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** What has been interrupted ends within this, be it hung. */
const patienceMs = 15_000;

/** npm hands on to its script what the terminal has sent that too: within this, two signals are one ctrl-C. */
const sameMs = 1000;

/** The reason of an abort by a signal: `interrupted (SIGINT): nothing was decided`. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** 128 and the signal's number, as a shell says it. */
  readonly exitCode: number;

  constructor(name: keyof typeof signalNumbers, undone: string) {
    super(`interrupted (${name}): ${undone}`);
    this.exitCode = 128 + signalNumbers[name];
  }
}

/**
 * Aborts with `Interrupted` at the first signal that asks this process to end; the second one is not asked to wait.
 *
 * @param undone what the signal left undone: `nothing was decided`
 * @param farewellMs for what takes longer than usual to be taken back
 */
export function interruption(undone: string, farewellMs = patienceMs): AbortSignal {
  const interrupt = new AbortController();
  let firstMs = 0;
  for (const name of Object.keys(signalNumbers) as (keyof typeof signalNumbers)[]) {
    process.on(name, () => {
      const interrupted = new Interrupted(name, undone);
      // Threads die with this process, and its replica does when it hangs up.
      const leave = () => process.exit(interrupted.exitCode);
      if (interrupt.signal.aborted) {
        if (performance.now() - firstMs > sameMs) leave();
        return;
      }
      firstMs = performance.now();
      setTimeout(leave, farewellMs).unref();
      interrupt.abort(interrupted);
    });
  }
  return interrupt.signal;
}
