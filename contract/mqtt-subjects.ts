import { mqttDouble } from './double/mqtt.ts';
import { realMqtt } from './real/mqtt.ts';
import type { Opened } from './suite.ts';

/** An MQTT broker, with a user who may do everything. */
export interface MqttSystem extends Opened {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export const mqttSubjects = [mqttDouble(), await realMqtt()];
