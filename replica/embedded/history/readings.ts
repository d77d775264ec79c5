/**
 * What the house's sensors would report at a moment: pure functions of time, so that the seeded past and the live
 * present are one story and the same in every replica. Days, compressor cycles and noise repeat; counters only grow.
 */
export type SensorName =
  | 'energy'
  | 'heatpump'
  | 'temperature-indoor'
  | 'temperature-outdoor'
  | 'room-living'
  | 'room-bedroom';

export type Payload = Record<string, unknown>;

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** When the counters stood at their installation values. */
const installedMs = Date.UTC(2024, 0, 1);

/** The payload that a sensor publishes at the moment, with the members its real counterpart sends. */
export function reading(sensor: SensorName, atMs: number): Payload {
  return sensors[sensor](atMs);
}

/** The MQTT topic that a sensor publishes to. */
export const sensorTopics: Readonly<Record<SensorName, string>> = {
  energy: 'saveeye/telemetry',
  heatpump: 'thermiq_heatpump/data',
  'temperature-indoor': 'homelab/temperature/indoor',
  'temperature-outdoor': 'homelab/temperature/outdoor',
  'room-living': 'home/sensors/living-room/state',
  'room-bedroom': 'home/sensors/bedroom/state',
};

const sensors: Readonly<Record<SensorName, (atMs: number) => Payload>> = {
  energy,
  heatpump,
  'temperature-indoor': indoor,
  'temperature-outdoor': outdoor,
  'room-living': (atMs) => room('living-room', 21.2, atMs),
  'room-bedroom': (atMs) => room('bedroom', 18.4, atMs),
};

function energy(atMs: number): Payload {
  const cycle = compressor(atMs);
  const power = 350 + 250 * (1 + wave(atMs, 19)) + 120 * noise(atMs, 1) + (cycle.on ? 1900 : 0);
  const l1 = Math.round(power * (0.5 + 0.02 * noise(atMs, 2)));
  const l2 = Math.round(power * 0.3);
  const l3 = Math.max(1, Math.round(power) - l1 - l2);
  const sun = Math.max(0, -wave(atMs, 0)) ** 2;
  const volts = (phase: number) => tenth(231 + 2.5 * wave(atMs, 4) + 1.2 * (noise(atMs, 2 + phase) - 0.5));
  const [v1, v2, v3] = [volts(1), volts(2), volts(3)];
  return {
    saveeyeDeviceSerialNumber: 'SE1-00420815',
    meterType: 'Kamstrup',
    timestamp: seconds(atMs),
    wifiRssi: -58 - Math.round(6 * noise(atMs, 7)),
    activeActualConsumption: { total: l1 + l2 + l3, L1: l1, L2: l2, L3: l3 },
    activeActualProduction: { total: Math.round(420 * sun) },
    activeTotalConsumption: { total: 14_200_000 + grown(atMs, 1_250, 240, 19) },
    activeTotalProduction: { total: 1_150_000 + grown(atMs, 80, 60, 12) },
    rmsVoltage: { L1: v1, L2: v2, L3: v3 },
    rmsCurrent: { L1: tenth(l1 / v1), L2: tenth(l2 / v2), L3: tenth(l3 / v3) },
    powerFactor: { total: 94 + Math.round(4 * noise(atMs, 8)) },
  };
}

function heatpump(atMs: number): Payload {
  const { on, phase, hotwater } = compressor(atMs);
  const outside = outsideTemperature(atMs);
  const supply = 27 + (on ? 14 * Math.min(1, phase * 3) : 9 * (1 - phase)) - outside * 0.25;
  const hours = (atMs - installedMs) / hourMs;
  return {
    Client_Name: 'thermiq_heatpump',
    timestamp: seconds(atMs),
    d0: tenth(outside),
    d5: tenth(supply),
    d6: tenth(supply - (on ? 6.5 : 1.5) - noise(atMs, 11)),
    d7: Math.round(47 + 4 * wave(atMs, 5) + 2 * noise(atMs, 12)),
    d8: Math.round(on ? -1 - 2 * phase : 3),
    d9: Math.round(on ? 3 - phase : 4),
    d13: outside < -6 && on ? 1 : 0,
    d16: (on ? 0b0011 : 0) | 0b0100 | (hotwater ? 0b1000 : 0) | 0b1_0000,
    d25: Math.round(on ? -60 * (1 - phase) : -60 * phase),
    d30: on ? 62 + Math.round(10 * noise(atMs, 13)) : 38,
    d31: on ? 55 : 0,
    d104: 9_400 + Math.floor(hours * 0.42),
    d106: 1_900 + Math.floor(hours * 0.07),
    d108: 61 + Math.floor(hours * 0.002),
    d114: 12 + Math.floor(hours * 0.0004),
    INDR_T: tenth(21 + 0.6 * wave(atMs, 17) + 0.3 * (noise(atMs, 14) - 0.5)),
    ...heatpumpSettings(atMs),
  };
}

/** The settings part of the heat pump's payload: d50 changes every three days, the others never. */
function heatpumpSettings(atMs: number): Payload {
  return { d50: 20 + (settingsPeriod(atMs) % 2), d51: 1, d52: 38, d53: 22, d54: 55, d55: 1, d56: 0, d57: -1, d58: 17 };
}

/** The last moment at or before the given one at which a setting was changed. */
export function settingsChangedMs(atMs: number): number {
  return installedMs + settingsPeriod(atMs) * 3 * dayMs;
}

function settingsPeriod(atMs: number): number {
  return Math.floor((atMs - installedMs) / (3 * dayMs));
}

function indoor(atMs: number): Payload {
  const celsius = tenth(21.3 + 0.8 * wave(atMs, 17) + 0.2 * noise(atMs, 21));
  const days = (atMs - installedMs) / dayMs;
  const battery = 100 - Math.floor(days % 300) / 4;
  return {
    src: 'shellyhtg3-84fce63ad204',
    dst: 'shellies/events',
    method: 'NotifyFullStatus',
    params: {
      ts: atMs / secondMs,
      'temperature:0': { id: 0, tC: celsius, tF: tenth(celsius * 1.8 + 32) },
      'humidity:0': { id: 0, rh: tenth(42 + 4 * wave(atMs, 8) + 2 * noise(atMs, 22)) },
      wifi: { rssi: -61 - Math.round(8 * noise(atMs, 23)) },
      'devicepower:0': {
        id: 0,
        battery: { V: hundredth(4.6 + battery / 100), percent: Math.round(battery) },
        external: { present: false },
      },
      sys: {
        mac: '84FCE63AD204',
        uptime: 1 + Math.round(noise(atMs, 24)),
        ram_free: 126_000 + Math.round(4_000 * noise(atMs, 25)),
      },
    },
  };
}

function outdoor(atMs: number): Payload {
  return {
    temperature_c: tenth(outsideTemperature(atMs) + 0.3 * (noise(atMs, 31) - 0.5)),
    humidity_pct: Math.round(78 - 12 * wave(atMs, 15) + 4 * noise(atMs, 32)),
    wind_speed_ms: tenth(3.2 + 2 * wave(atMs, 14) + 2.5 * noise(atMs, 33)),
    pressure_hpa: tenth(1009 + 14 * Math.sin((2 * Math.PI * atMs) / (5.3 * dayMs))),
  };
}

function room(sensor: string, mean: number, atMs: number): Payload {
  const salt = sensor.length;
  return {
    sensor,
    location: sensor,
    timestamp: seconds(atMs),
    temperature_c: tenth(mean + 0.7 * wave(atMs, 17) + 0.2 * noise(atMs, 40 + salt)),
    humidity_pct: tenth(44 + 3 * wave(atMs, 7) + noise(atMs, 60 + salt)),
  };
}

/** Runs some 42 % of 40 minutes; every sixth run makes hot water. `phase` goes from 0 to 1 through the run or the pause. */
function compressor(atMs: number): { on: boolean; phase: number; hotwater: boolean } {
  const period = 40 * minuteMs;
  const run = Math.floor(atMs / period);
  const part = (atMs - run * period) / period;
  const share = 0.36 + 0.12 * random(run, 51);
  const on = part < share;
  return { on, phase: on ? part / share : (part - share) / (1 - share), hotwater: on && run % 6 === 0 };
}

function outsideTemperature(atMs: number): number {
  const year = Math.sin((2 * Math.PI * (atMs - Date.UTC(2024, 3, 20))) / (365.25 * dayMs));
  return 7 + 9 * year + 3.5 * wave(atMs, 15) + 1.5 * Math.sin((2 * Math.PI * atMs) / (3.7 * dayMs));
}

/** Watt-hours since installation: the integral of mean + swing · daily wave, so it grows as long as swing < mean. */
function grown(atMs: number, meanWatts: number, swingWatts: number, peakHour: number): number {
  const hours = (atMs - installedMs) / hourMs;
  const turn = (2 * Math.PI) / 24;
  return Math.floor(meanWatts * hours + (swingWatts / turn) * (Math.sin(turn * (hours - peakHour)) + 1));
}

/** -1 to 1 in 24 hours, highest at the hour given (UTC). */
function wave(atMs: number, peakHour: number): number {
  return Math.cos((2 * Math.PI * (atMs / hourMs - peakHour)) / 24);
}

/** 0 to 1, new every ten seconds. */
function noise(atMs: number, salt: number): number {
  return random(Math.floor(atMs / (10 * secondMs)), salt);
}

/** 0 to 1 from two integers (a 32-bit mix); the same for the same integers. */
export function random(index: number, salt: number): number {
  let bits = Math.imul(index ^ (index / 0x1_0000_0000), 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a_2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 0x1_0000_0000;
}

function seconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
