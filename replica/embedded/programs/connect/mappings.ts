/**
 * The mappings of the stream files in replica/manifests, for the embedded replica, which does not interpret Bloblang.
 * Each stands for the one in the file that names its topic or table; contract/mappings.contract.test.ts runs both over the same
 * payloads. Change them together.
 */
export type Json = Readonly<Record<string, unknown>>;

/** Bloblang's own words for what went wrong, as the program logs them. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/** The bridge's mappings by Kafka topic: from a source payload and the time of its arrival to the record. */
export const bridgeMappings: Readonly<Record<string, (source: Json, ts: string) => Json>> = {
  'homelab-energy-realtime': (source, ts) => ({
    ...source,
    ts,
    tags: { device_id: member(source, 'saveeyeDeviceSerialNumber'), meter_type: member(source, 'meterType') },
    fields: {
      wifi_rssi: member(source, 'wifiRssi'),
      active_power_total: member(source, 'activeActualConsumption', 'total'),
      active_power_l1: member(source, 'activeActualConsumption', 'L1'),
      active_power_l2: member(source, 'activeActualConsumption', 'L2'),
      active_power_l3: member(source, 'activeActualConsumption', 'L3'),
      active_production_total: member(source, 'activeActualProduction', 'total'),
      active_energy_total: member(source, 'activeTotalConsumption', 'total'),
      active_energy_production: member(source, 'activeTotalProduction', 'total'),
      voltage_l1: member(source, 'rmsVoltage', 'L1'),
      voltage_l2: member(source, 'rmsVoltage', 'L2'),
      voltage_l3: member(source, 'rmsVoltage', 'L3'),
      current_l1: member(source, 'rmsCurrent', 'L1'),
      current_l2: member(source, 'rmsCurrent', 'L2'),
      current_l3: member(source, 'rmsCurrent', 'L3'),
      power_factor: member(source, 'powerFactor', 'total'),
    },
  }),

  'homelab-heatpump-telemetry': (source, ts) => ({
    ...source,
    ts,
    tags: { device_id: member(source, 'Client_Name') },
    fields: {
      outdoor_temp: member(source, 'd0'),
      supplyline_temp: member(source, 'd5'),
      returnline_temp: member(source, 'd6'),
      hotwater_temp: member(source, 'd7'),
      brine_out_temp: member(source, 'd8'),
      brine_in_temp: member(source, 'd9'),
      flowlinepump_speed: member(source, 'd30'),
      indoor_temp: member(source, 'INDR_T'),
      runtime_compressor: member(source, 'd104'),
      runtime_hotwater: member(source, 'd106'),
      runtime_3kw: member(source, 'd108'),
      runtime_6kw: member(source, 'd114'),
      brinepump_on: bit(source, 'd16', 1, 'brinepump_on'),
      compressor_on: bit(source, 'd16', 2, 'compressor_on'),
      flowlinepump_on: bit(source, 'd16', 4, 'flowlinepump_on'),
      hotwater_production: bit(source, 'd16', 8, 'hotwater_production'),
      aux_heater_3kw_on: bit(source, 'd13', 1, 'aux_heater_3kw_on'),
      aux_heater_6kw_on: bit(source, 'd13', 2, 'aux_heater_6kw_on'),
    },
  }),

  'homelab-temperature-indoor': (source, ts) => ({
    ...source,
    ts,
    tags: { device_id: member(source, 'src'), mac_address: member(source, 'params', 'sys', 'mac'), location: 'indoor' },
    fields: {
      temperature_c: member(source, 'params', 'temperature:0', 'tC'),
      temperature_f: member(source, 'params', 'temperature:0', 'tF'),
      humidity: member(source, 'params', 'humidity:0', 'rh'),
      wifi_rssi: member(source, 'params', 'wifi', 'rssi'),
      battery_voltage: member(source, 'params', 'devicepower:0', 'battery', 'V'),
      battery_percent: member(source, 'params', 'devicepower:0', 'battery', 'percent'),
      external_power: member(source, 'params', 'devicepower:0', 'external', 'present') === true ? 1 : 0,
      uptime: member(source, 'params', 'sys', 'uptime'),
      ram_free: member(source, 'params', 'sys', 'ram_free'),
    },
  }),

  'homelab-temperature-outdoor': (source, ts) => ({
    ...source,
    ts,
    tags: { device_id: 'outdoor', location: 'outdoor' },
    fields: {
      temperature_c: member(source, 'temperature_c'),
      humidity: member(source, 'humidity_pct'),
      wind_speed_ms: member(source, 'wind_speed_ms'),
      pressure_hpa: member(source, 'pressure_hpa'),
    },
  }),
};

/** The sinks' mappings by table: from a record to the row, in the order of the stream file's columns. */
export const sinkMappings: Readonly<Record<string, (record: Json) => unknown[]>> = {
  energy_consumption: (record) => [
    member(record, 'ts'),
    member(record, 'tags', 'device_id'),
    member(record, 'tags', 'meter_type'),
    ...rounded(record, energyFields),
  ],
  heatpump_status: (record) => [
    member(record, 'ts'),
    member(record, 'tags', 'device_id'),
    ...rounded(record, heatpumpNumbers),
    ...heatpumpFlags.map((field) => member(record, 'fields', field)),
  ],
  temperature_sensors: (record) => [
    member(record, 'ts'),
    member(record, 'tags', 'device_id'),
    member(record, 'tags', 'mac_address'),
    member(record, 'tags', 'location'),
    ...temperatureFields.map((field) => member(record, 'fields', field)),
  ],
  settings: (record) => [
    member(record, 'tags', 'device_id'),
    member(record, 'd50'),
    ...['d51', 'd52', 'd53', 'd54', 'd55', 'd56', 'd57', 'd58'].map((name) => round(member(record, name))),
  ],
};

const energyFields = [
  'wifi_rssi',
  'active_power_total',
  'active_power_l1',
  'active_power_l2',
  'active_power_l3',
  'active_production_total',
  'voltage_l1',
  'voltage_l2',
  'voltage_l3',
  'current_l1',
  'current_l2',
  'current_l3',
  'power_factor',
  'active_energy_total',
  'active_energy_production',
];

const heatpumpNumbers = [
  'outdoor_temp',
  'supplyline_temp',
  'returnline_temp',
  'hotwater_temp',
  'brine_out_temp',
  'brine_in_temp',
  'flowlinepump_speed',
  'indoor_temp',
  'runtime_compressor',
  'runtime_hotwater',
  'runtime_3kw',
  'runtime_6kw',
];

const heatpumpFlags = [
  'brinepump_on',
  'compressor_on',
  'flowlinepump_on',
  'hotwater_production',
  'aux_heater_3kw_on',
  'aux_heater_6kw_on',
];

const temperatureFields = [
  'temperature_c',
  'temperature_f',
  'humidity',
  'wifi_rssi',
  'battery_voltage',
  'battery_percent',
  'external_power',
  'uptime',
  'ram_free',
  'wind_speed_ms',
  'pressure_hpa',
];

/** As Bloblang's paths do: null where anything on the way is missing. */
function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = typeof at === 'object' && at !== null ? (at as Json)[name] : undefined;
  return at ?? null;
}

/** The mappings say it with division and remainder, which fail on what is no number. Line 4 is where fields begin. */
function bit(source: Json, name: string, weight: number, target: string): boolean {
  const flags = source[name];
  if (typeof flags === 'number') return Math.floor(flags / weight) % 2 === 1;
  const operation = weight === 1 ? 'modulo' : 'divide';
  const type = flags === undefined || flags === null ? 'null' : Array.isArray(flags) ? 'array' : typeof flags;
  throw new MappingError(
    `failed assignment (line 4): failed to resolve '${target}' value: cannot ${operation} types ${type} (from field \`this.${name}\`) and number (from number literal)`,
  );
}

function rounded(record: Json, fields: readonly string[]): unknown[] {
  return fields.map((field) => round(member(record, 'fields', field)));
}

/** Half away from zero, as Go rounds; null for what is no number. */
function round(value: unknown): number | null {
  return typeof value === 'number' ? Math.sign(value) * Math.round(Math.abs(value)) : null;
}
