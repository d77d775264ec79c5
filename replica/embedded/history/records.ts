import { bridgeMappings, type Json } from '../programs/connect/mappings.ts';
import { type OldTopic, oldRecords } from '../programs/old/records.ts';
import { random, reading, type SensorName } from './readings.ts';
import { firstAtOrAfter, historyStartMs, momentMs, pastSchedule, type Schedule } from './schedule.ts';
import { type HistoryOf, oldSystemHeard } from './state.ts';

/** The records of the past, oldest first, each made when it is asked for: the one source of topics and of tables. */
export interface RecordHistory extends Schedule {
  record(index: number): Json;
}

/** The new topics, with the sensor that fills each. */
export const newTopics = {
  'homelab-energy-realtime': 'energy',
  'homelab-heatpump-telemetry': 'heatpump',
  'homelab-temperature-indoor': 'temperature-indoor',
  'homelab-temperature-outdoor': 'temperature-outdoor',
} as const satisfies Record<string, SensorName>;

export type NewTopic = keyof typeof newTopics;

/** The records that the bridge has put into a new topic. */
export function newRecords(topic: NewTopic, of: HistoryOf): RecordHistory {
  const sensor = newTopics[topic];
  const mapping = bridgeMappings[topic];
  if (!mapping) throw new Error(`no mapping for topic ${topic}`);
  const times = pastSchedule(sensor, of);
  return {
    ...times,
    record: (index) => {
      const timeMs = times.timeMs(index);
      return mapping(reading(sensor, timeMs), nanoseconds(timeMs));
    },
  };
}

const minuteMs = 60_000;

/** Which sensors an old topic hears in each minute. */
const oldSensors: Readonly<Record<OldTopic, readonly SensorName[]>> = {
  'heatpump-telemetry': ['heatpump'],
  'energy-realtime': ['energy'],
  'sensor-state': ['room-living', 'room-bedroom'],
  'heatpump-settings': ['heatpump'],
};

/** The records that one old input has put into an old topic: of each whole minute the first message of a sensor. */
export function oldSamples(topic: OldTopic, of: HistoryOf): RecordHistory {
  const sensors = oldSensors[topic];
  const firstMinute = Math.ceil(historyStartMs(of.nowMs) / minuteMs);
  const length = Math.floor(of.nowMs / minuteMs) - firstMinute;
  // The minute in which it was cut off or came back is not a whole one.
  const heardWhole = (minute: number) =>
    oldSystemHeard(of, minute * minuteMs) && oldSystemHeard(of, (minute + 1) * minuteMs - 1);
  const minutes = Array.from({ length }, (_, index) => firstMinute + index).filter(heardWhole);
  const sample = (index: number): { sensor: SensorName; timeMs: number } => {
    const minute = minutes[Math.floor(index / sensors.length)];
    if (minute === undefined) throw new Error(`topic ${topic} has no sample ${index}`);
    const inOrder = sensors
      .map((sensor) => ({ sensor, timeMs: momentMs(sensor, firstAtOrAfter(sensor, minute * minuteMs)) }))
      .sort((a, b) => a.timeMs - b.timeMs);
    const found = inOrder[index % sensors.length];
    if (!found) throw new Error(`topic ${topic} has no sample ${index}`);
    return found;
  };
  return {
    count: minutes.length * sensors.length,
    timeMs: (index) => sample(index).timeMs,
    record: (index) => {
      const { sensor, timeMs } = sample(index);
      return oldRecords[topic](reading(sensor, timeMs));
    },
  };
}

/** RFC 3339 with nanoseconds, as the bridge stamps a message that arrives within the millisecond. */
function nanoseconds(timeMs: number): string {
  const within = Math.floor(random(timeMs % 0x8000_0000, 99) * 100_000);
  return `${new Date(timeMs).toISOString().slice(0, 23)}${String(within).padStart(5, '0')}7Z`;
}
