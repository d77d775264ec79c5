/** Calls back once when nothing was heard for so long. Disposing ends the watch. */
export function silence(seconds: number, callback: () => void): Disposable & { heard(): void } {
  const timer = setTimeout(callback, seconds * 1000);
  return { heard: () => void timer.refresh(), [Symbol.dispose]: () => clearTimeout(timer) };
}
