import type { Program } from '../program.ts';
import { ended } from '../programs/ended.ts';
import { createMqttBroker, type MqttBroker, type MqttFault } from './broker.ts';
import { mosquittoPub } from './publish-command.ts';
import { mosquittoSub } from './subscribe-command.ts';
import { parseUsers } from './users.ts';

/** Where the Secret with the users is mounted. The real mosquitto reads hashes, made from the same Secret at its start. */
export const usersPath = '/mosquitto/secret/users';
const dataPath = '/mosquitto/data';
const mqttPort = 1883;

/** mosquitto, as much of it as MQTT 3.1.1 clients see. */
export const mosquitto: Program = {
  async run(context) {
    const log = (line: string) => context.log(`${Math.floor(context.now().getTime() / 1000)}: ${line}`);
    const users = context.files.get(usersPath);
    log('mosquitto version 2.0.21 starting');
    log('Config loaded from /mosquitto/config/mosquitto.conf.');
    if (users === undefined) {
      log(`Error: Unable to open pwfile "${usersPath}".`);
      return 3;
    }
    const volume = context.volume(dataPath);
    const broker = await createMqttBroker({ users: parseUsers(users), log });
    broker.setFault(volume.get(faultKey) as MqttFault | undefined);
    volume.set(brokerKey, broker);
    {
      using _listener = context.listen(mqttPort, (socket) => broker.accept(socket));
      for (const family of ['ipv4', 'ipv6']) log(`Opening ${family} listen socket on port ${mqttPort}.`);
      log('mosquitto version 2.0.21 running');
      await ended(context.signal);
    }
    volume.delete(brokerKey);
    log('mosquitto version 2.0.21 terminating');
    await broker.close();
    return 0;
  },
  commands: { mosquitto_sub: mosquittoSub, mosquitto_pub: mosquittoPub },
  cpuCores: 0.002,
  memoryBytes: () => 6 * 1024 * 1024,
};

const faultKey = 'fault';
const brokerKey = 'broker';

/**
 * Plants a fault in the mosquitto whose volume of /mosquitto/data this is, running or yet to run; undefined takes it
 * away. `pause` leaves connections alone that were open before.
 */
export function setMosquittoFault(volume: Map<string, unknown>, fault: MqttFault | undefined): void {
  volume.set(faultKey, fault);
  (volume.get(brokerKey) as MqttBroker | undefined)?.setFault(fault);
}
