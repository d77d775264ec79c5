import { judgeDevices } from '../../helpers/judge/agreement/devices.ts';
import { criterion } from '../../helpers/test.ts';

criterion('P3.devices', async ({ observe, now, migration }) =>
  judgeDevices(await observe.devices(await now()), migration),
);
