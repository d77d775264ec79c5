import { play } from './scenario/play.ts';

/** Sensor, bridge and database each have a clock; what runs ahead looks fresh for ever. */
await play(
  { name: 'clock-skew', title: 'clocks of sensor, bridge and database differ', state: 'before-phase5' },
  async (stage) => {
    {
      await using _ = await stage.plant('sensor-clock-ahead');
      await stage.verify('verify:phase1', { decision: 'GO' });
    }
    {
      await using ahead = await stage.detects('bridge-clock-ahead');
      await stage.names(ahead.document, 'P1.topics-fresh', 'homelab-energy-realtime');
      await stage.names(ahead.document, 'P1.tables-fresh', 'energy');
    }
    return 'a sensor’s own clock decides nothing; a record and a row from the future are each NO-GO';
  },
);
