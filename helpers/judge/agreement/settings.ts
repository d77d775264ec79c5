import type { Migration } from '../../config/schema.ts';
import type { SettingsRow } from '../../database/observed.ts';
import { psqlLook } from '../look.ts';
import type { Finding, Sightings } from '../verdict.ts';
import { unseenFindings } from '../verdict.ts';
import { count, duration } from '../words.ts';
import { agrees } from './compare.ts';

/** The settings of both systems, read at the same time. */
export interface BothSettings {
  readonly old: Sightings<SettingsRow>;
  readonly new: Sightings<SettingsRow>;
  readonly at: string;
}

/**
 * The settings' part of P3.agreement: each device has the same values in both systems. The old one looks at them once a
 * sample: what the new one changed just now may not have come there yet.
 */
export function settingsFindings({ old, new: current, at }: BothSettings, migration: Migration): Finding[] {
  const config = migration.old.settings;
  if (config === undefined) return [];
  const findings = old.seen.flatMap(({ deviceId, values }): Finding[] => {
    const device = config.devices[deviceId] ?? deviceId;
    const subject = `settings of ${deviceId}`;
    const look = psqlLook(migration.old.database, `SELECT * FROM ${config.table}`);
    const row = current.seen.find((one) => one.deviceId === device);
    if (row === undefined) {
      if (current.unseen.length > 0) return [];
      return [{ subject, verdict: 'fail', observed: `the new system has no row of ${device}`, look }];
    }
    const pairs = Object.entries(config.columns).flatMap(([name, { column, tolerance }]) => {
      if (column === undefined) return [];
      const [a, b] = [values[name] ?? null, row.values[column] ?? null];
      return [{ name, column, a, b, same: agrees(a, b, tolerance) }];
    });
    const differing = pairs.filter(({ same }) => !same);
    if (differing.length === 0) {
      return [{ subject, verdict: 'pass', observed: `${count(pairs.length, 'setting')} equal` }];
    }
    const words = differing
      .map(({ name, column, a, b }) => `${name} ${shown(a)}, new ${column} ${shown(b)}`)
      .join('; ');
    const since = row.updatedAt;
    const changed = (Date.parse(at) - Date.parse(since)) / 1000;
    if (changed < 2 * migration.agreement.inFlight) {
      const observed = `${words}; the new row changed ${duration(changed)} before, the old one may follow`;
      return [{ subject, verdict: 'inconclusive', observed, look, hint: 'verify again in some minutes' }];
    }
    return [{ subject, verdict: 'fail', observed: `old ${words}`, ...(since === '' ? {} : { since }), look }];
  });
  if (old.seen.length === 0 && old.unseen.length === 0) {
    const look = psqlLook(migration.old.database, `SELECT * FROM ${config.table}`);
    findings.push({ subject: config.table, verdict: 'fail', observed: 'the old table holds no device', look });
  }
  return [...findings, ...unseenFindings([...old.unseen, ...current.unseen])];
}

function shown(value: number | null): string {
  return value === null ? 'nothing' : String(value);
}
