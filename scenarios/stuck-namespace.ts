import { play } from './scenario/play.ts';

/** A namespace that something in it holds is neither there nor gone, for as long as nobody looks. */
await play(
  { name: 'stuck-namespace', title: 'an old namespace stays Terminating', state: 'after-phase8' },
  async (stage) => {
    {
      await using detected = await stage.detects('namespace-terminating');
      await stage.names(detected.document, 'P8.namespaces-gone', 'example.com/hold');
    }
    await stage.until('the finalizer taken away, the namespace goes', async () => {
      const { items } = await stage.replica.core.listNamespace();
      return items.some(({ metadata }) => metadata?.name === 'mqtt-input') ? 'it is still there' : undefined;
    });
    await stage.verify('verify:phase8', { decision: 'GO' });
    return 'phase 8 is NO-GO and names the finalizer; with it gone, GO';
  },
);
