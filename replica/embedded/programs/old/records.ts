import type { Json } from '../connect/mappings.ts';

/** What the old inputs make of a payload, and the old sinks of a record. Both versions do the same. */
export type OldTopic = 'heatpump-telemetry' | 'energy-realtime' | 'sensor-state' | 'heatpump-settings';

/** The old inputs' records, by topic, from the payloads of the MQTT topics they listen to. */
export const oldRecords: Readonly<Record<OldTopic, (source: Json) => Json>> = {
  'heatpump-telemetry': (source) => ({
    ts: source.timestamp,
    device_id: source.Client_Name,
    outdoor_temp: source.d0,
    supplyline_temp: source.d5,
    returnline_temp: source.d6,
    hotwater_temp: source.d7,
    brine_out_temp: source.d8,
    brine_in_temp: source.d9,
    integral: source.d25,
    flowlinepump_speed: source.d30,
    brinepump_speed: source.d31,
    runtime_compressor: source.d104,
    runtime_hotwater: source.d106,
    runtime_3kw: source.d108,
    runtime_6kw: source.d114,
    brinepump_on: bit(source.d16, 0),
    compressor_on: bit(source.d16, 1),
    flowlinepump_on: bit(source.d16, 2),
    hotwater_production: bit(source.d16, 3),
    circulation_pump: bit(source.d16, 4),
    aux_heater_3kw_on: bit(source.d13, 0),
    aux_heater_6kw_on: bit(source.d13, 1),
  }),
  'energy-realtime': (source) => ({
    ts: source.timestamp,
    consumption_total_w: inner(source, 'activeTotalConsumption', 'total'),
    consumption_total_actual_w: inner(source, 'activeActualConsumption', 'total'),
    consumption_l1_actual_w: inner(source, 'activeActualConsumption', 'L1'),
    consumption_l2_actual_w: inner(source, 'activeActualConsumption', 'L2'),
    consumption_l3_actual_w: inner(source, 'activeActualConsumption', 'L3'),
    production_total_w: inner(source, 'activeTotalProduction', 'total'),
    production_total_actual_w: inner(source, 'activeActualProduction', 'total'),
  }),
  'sensor-state': (source) => ({
    ts: source.timestamp,
    sensor: source.sensor,
    location: source.location,
    temperature_c: source.temperature_c,
    humidity_pct: source.humidity_pct,
  }),
  'heatpump-settings': (source) => ({
    ts: source.timestamp,
    device_id: source.Client_Name,
    indoor_target_temp: source.d50,
    mode: source.d51,
    curve: source.d52,
    curve_min: source.d53,
    curve_max: source.d54,
    curve_plus_5: source.d55,
    curve_zero: source.d56,
    curve_minus_5: source.d57,
    heatstop: source.d58,
  }),
};

export interface OldTable {
  readonly table: string;
  /** Members of the record, and columns of the table by the same names. */
  readonly columns: readonly string[];
}

/** The old tables by topic. heatpump_settings is upserted, the others are inserted once by their unique index. */
export const oldTables: Readonly<Record<OldTopic, OldTable>> = {
  'heatpump-telemetry': { table: 'heatpump', columns: Object.keys(oldRecords['heatpump-telemetry']({})) },
  'energy-realtime': { table: 'energy', columns: Object.keys(oldRecords['energy-realtime']({})) },
  'sensor-state': { table: 'telemetry', columns: Object.keys(oldRecords['sensor-state']({})) },
  'heatpump-settings': {
    table: 'heatpump_settings',
    columns: Object.keys(oldRecords['heatpump-settings']({})).filter((name) => name !== 'ts'),
  },
};

/** The row of a record, in the order of its table's columns. */
export function oldRow(topic: OldTopic, record: Json): unknown[] {
  return oldTables[topic].columns.map((column) => record[column] ?? null);
}

function bit(flags: unknown, index: number): boolean | null {
  return typeof flags === 'number' ? (flags >> index) % 2 === 1 : null;
}

function inner(source: Json, name: string, member: string): unknown {
  const value = source[name];
  return typeof value === 'object' && value !== null ? (value as Json)[member] : null;
}
