import { describe, expect, test } from 'vitest';
import { Unobservable, type UnobservableKind } from './unobservable.ts';
import { eventually, notYet, seen } from './wait.ts';

const quick = { for: 'a pod', within: 5, every: 0.001 };
const never = () => new Promise<never>(() => {});

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it did not throw'),
    (error) => error,
  );
}

test('returns what the probe sees, at once', async () => {
  let probes = 0;
  const value = await eventually(async () => {
    probes++;
    return seen(42);
  }, quick);
  expect([value, probes]).toEqual([42, 1]);
});

test('a falsy value is found as well', async () => {
  expect(await eventually(async () => seen(false), quick)).toBe(false);
});

test('goes on while it is not so yet', async () => {
  let probes = 0;
  await eventually(async () => (++probes < 3 ? notYet(`${probes} of 3`) : seen(probes)), quick);
  expect(probes).toBe(3);
});

test.each<UnobservableKind>(['unreachable', 'timeout', 'throttled', 'no-ready-pod'])(
  '%s is transient',
  async (kind) => {
    let probes = 0;
    const value = await eventually(async () => {
      if (++probes === 1) throw new Unobservable(kind, 'for now');
      return seen('there');
    }, quick);
    expect(value).toBe('there');
  },
);

test.each<UnobservableKind>(['unauthorized', 'forbidden', 'history', 'unsupported'])(
  '%s stops it at once',
  async (kind) => {
    const reason = new Unobservable(kind, 'for good');
    let probes = 0;
    const error = await caught(
      eventually(async () => {
        probes++;
        throw reason;
      }, quick),
    );
    expect([error, probes]).toEqual([reason, 1]);
  },
);

test('a programming error stops it at once, unchanged', async () => {
  const bug = new TypeError('x is not a function');
  expect(await caught(eventually(() => Promise.reject(bug), quick))).toBe(bug);
});

describe('a time-out', () => {
  test('quotes the last observation', async () => {
    let probes = 0;
    const error = await caught(
      eventually(async () => notYet(`probe ${++probes}: 0 of 1 ready`), { ...quick, within: 0.05 }),
    );
    expect(error).toBeInstanceOf(Unobservable);
    expect(error).toMatchObject({ kind: 'timeout' });
    expect((error as Error).message).toBe(`not within 0.1 s: a pod; last observed: probe ${probes}: 0 of 1 ready`);
    expect(probes).toBeGreaterThan(1);
  });

  test('quotes the last transient error', async () => {
    const refuse = () => Promise.reject(new Unobservable('unreachable', 'connection refused'));
    const error = await caught(eventually(refuse, { ...quick, within: 0.05 }));
    expect(error).toMatchObject({
      kind: 'timeout',
      message: 'not within 0.1 s: a pod; last observed: connection refused',
    });
  });

  test('bounds a probe that hangs, and tells it', async () => {
    let told: AbortSignal | undefined;
    const error = await caught(
      eventually(
        (signal) => {
          told = signal;
          return never();
        },
        { ...quick, within: 0.05 },
      ),
    );
    expect(error).toMatchObject({ kind: 'timeout' });
    expect((error as Error).message).toContain('the first probe did not answer');
    expect(told?.aborted).toBe(true);
  });

  test('does not wait for the next probe', async () => {
    const startedAt = performance.now();
    await caught(eventually(async () => notYet('no'), { for: 'a pod', within: 0.05, every: 60 }));
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

test.each([
  ['a hanging probe', never],
  ['between two probes', async () => notYet('no')],
])('the caller’s signal ends it with its own reason: %s', async (_name, probe) => {
  const caller = new AbortController();
  const waiting = caught(eventually(probe, { for: 'a pod', within: 60, every: 60, signal: caller.signal }));
  const reason = new Error('ctrl-C');
  setImmediate(() => caller.abort(reason));
  expect(await waiting).toBe(reason);
});

test('a signal that has aborted already: no probe at all', async () => {
  const reason = new Error('ctrl-C');
  const error = await caught(
    eventually(() => expect.unreachable('probed'), { ...quick, signal: AbortSignal.abort(reason) }),
  );
  expect(error).toBe(reason);
});
