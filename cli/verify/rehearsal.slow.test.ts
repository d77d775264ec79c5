import { expect, test } from 'vitest';
import { startOwnReplica } from '../../replica/lifecycle.ts';
import { describeTarget } from './target.ts';

/** The verifier’s own account reads it: that of an admin could. */
test('a replica is called a rehearsal also by who names it as a live target', async () => {
  const { kubeconfig, stop } = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
  try {
    const config = { kind: 'live', timeScale: 1, kubeconfig, context: 'verifier@embedded' } as const;
    const described = await describeTarget({ name: 'home', config }, new AbortController().signal);
    expect(described).toMatchObject({ kind: 'live', rehearsal: true });
  } finally {
    await stop();
  }
}, 120_000);
