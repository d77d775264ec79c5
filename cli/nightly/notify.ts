import pRetry, { AbortError } from 'p-retry';
import { mask, registerSecret } from '../../helpers/target/mask.ts';

export interface WebhookOptions {
  /** Attempts beside the first. */
  readonly retries?: number;
  /** Before the second attempt; it doubles from one to the next. */
  readonly firstWaitMs?: number;
  /** Of one attempt. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Answers that say that the same request will fare no better later. */
const isFinal = (status: number) => status >= 400 && status < 500 && status !== 408 && status !== 429;

/**
 * Posts the message as JSON to the webhook, again while it is out of reach or busy.
 *
 * @returns why it was not delivered, in words that do not tell the URL, which is a secret; undefined when it was
 * Throws nothing but the abort reason of `signal`: a notification that fails never changes a decision.
 */
export async function notify(url: string, message: object, options: WebhookOptions = {}): Promise<string | undefined> {
  const { retries = 4, firstWaitMs = 1000, timeoutMs = 10_000, signal } = options;
  registerSecret(url);
  if (!URL.canParse(url)) return 'VERIFY_WEBHOOK_URL is no URL';
  const { pathname, search, password } = new URL(url);
  for (const part of [`${pathname}${search}`, pathname, password]) registerSecret(part);
  const post = async () => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      // Whoever answers with another address is not the one that was configured.
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    }).catch((error: Error) => {
      // pRetry gives a TypeError up at once, unless it is one that it knows.
      throw new Error(words(error), { cause: error });
    });
    await response.body?.cancel();
    if (response.ok) return;
    const refusal = new Error(`it answered ${response.status}`);
    throw isFinal(response.status) ? new AbortError(refusal) : refusal;
  };
  try {
    await pRetry(post, { retries, minTimeout: firstWaitMs, factor: 2, ...(signal === undefined ? {} : { signal }) });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return mask(`the webhook was not told: ${words(error)}`);
  }
}

function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.message === 'fetch failed' ? error.cause.message : error.message;
}
