import { play } from './scenario/play.ts';

/** One message that cannot be processed stops a stream for good, or does not, and the two look alike from outside. */
await play(
  {
    name: 'poison-message',
    title: 'a null field is dropped by the bridge, a record without fields stops a sink',
    state: 'before-phase5',
  },
  async (stage) => {
    {
      await using dropped = await stage.detects('null-field');
      await stage.names(dropped.document, 'P1.logs-clean', 'mqtt-kafka-bridge');
    }
    {
      await using stuck = await stage.detects('record-not-storable', { may: ['P1.tables-fresh'] });
      await stage.names(stuck.document, 'P1.lag', 'timescaledb-energy');
    }
    await stage.recovers('verify:phase1');
    return 'the one is an error in a log and the stream goes on; the other is an offset that stands still while rows come';
  },
);
