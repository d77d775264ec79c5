const initialSeconds = 10;
const maximumSeconds = 300;
/** A run this long makes a kubelet forget earlier crashes. */
const forgetAfterSeconds = 600;
/** However fast the replica runs, a loop of crashes must leave the machine room to breathe. */
const floorMs = 1_000;

/** A kubelet's back-off between restarts: none before the first, then 10 s doubling to 5 min, faster by the time scale. */
export class BackOff {
  readonly #timeScale: number;
  #seconds = 0;

  constructor(timeScale: number) {
    this.#timeScale = timeScale;
  }

  /** The next wait: `milliseconds` to wait in the replica, `words` as life's own time reads in a message. */
  next(ranMs = 0): { milliseconds: number; words: string } {
    if ((ranMs * this.#timeScale) / 1000 >= forgetAfterSeconds) this.#seconds = 0;
    const seconds = this.#seconds;
    this.#seconds = seconds === 0 ? initialSeconds : Math.min(seconds * 2, maximumSeconds);
    const milliseconds = seconds === 0 ? 0 : Math.max(floorMs, (seconds * 1000) / this.#timeScale);
    return { milliseconds, words: goDuration(seconds) };
  }
}

/** Seconds as Go prints a duration: 10s, 1m20s, 5m0s. */
function goDuration(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
