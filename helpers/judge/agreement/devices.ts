import type { Migration } from '../../config/schema.ts';
import type { DeviceSeen } from '../../database/observed.ts';
import { databaseLook, psqlLook } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, list } from '../words.ts';

/** The devices of an old stream and of the new one, both by rows since a moment. */
export interface StreamDevices {
  readonly stream: string;
  readonly newStream: string;
  /** What is older is no matter: since then both systems hold rows. */
  readonly since: string;
  /** Undefined where the old table does not tell. */
  readonly old?: readonly DeviceSeen[];
  readonly new: readonly DeviceSeen[];
}

/** P3.devices (plan 3.2): both systems know the same devices, by rows of the compared time, where both record one. */
export function judgeDevices(devices: Sightings<StreamDevices>, migration: Migration): Verdict {
  const findings = devices.seen.flatMap((stream) => streamFindings(stream, migration));
  const known = devices.seen.flatMap(({ old = [] }) => old);
  return verdictOf([...findings, ...unseenFindings(devices.unseen)], {
    expected: 'both systems hold rows of the same devices, where both record one',
    pass: `${count(new Set(known.map(({ device }) => device)).size, 'device')} in both systems`,
    hint: 'A device that one system misses: its topic is not subscribed there, or it goes by another name, which old.streams.NAME.devices in migration.yaml can tell.',
  });
}

function streamFindings(
  { stream, newStream, since, old, new: current }: StreamDevices,
  migration: Migration,
): Finding[] {
  const config = migration.old.streams[stream];
  const rows = migration.new.streams[newStream]?.rows;
  if (config === undefined || rows === undefined) return [];
  const subject = `${stream} (new: ${newStream})`;
  const names = (devices: readonly DeviceSeen[]) => list(devices.map(({ device }) => device)) || 'none';
  if (old === undefined) {
    const observed = `the old table records no device; the new one knows ${names(current)}`;
    return [{ subject, verdict: 'pass', observed, quiet: true }];
  }
  const recent = (seen: readonly DeviceSeen[]) => seen.filter(({ newestAt }) => newestAt >= since);
  const ofOld = recent(old).map((seen) => ({ ...seen, as: config.devices[seen.device] ?? seen.device }));
  const ofNew = recent(current);
  if (ofOld.length === 0 && ofNew.length === 0) {
    return [{ subject, verdict: 'inconclusive', observed: `neither system has a row of any device since ${since}` }];
  }
  const lost = ofOld.filter(({ as }) => ofNew.every(({ device }) => device !== as));
  const added = ofNew.filter(({ device }) => ofOld.every(({ as }) => as !== device));
  if (lost.length === 0 && added.length === 0) {
    return [{ subject, verdict: 'pass', observed: `both know ${names(ofNew)}` }];
  }
  return [
    ...lost.map(
      ({ device, as, newestAt }): Finding => ({
        subject,
        verdict: 'fail',
        observed: `${device}${as === device ? '' : ` (${as} in the new system)`} has rows in the old system, newest ${newestAt}, and none in the new, which knows ${names(ofNew)}`,
        ...databaseLook(migration, rows.database, `SELECT DISTINCT ${rows.device} FROM ${rows.table}`),
      }),
    ),
    ...added.map(
      ({ device, newestAt }): Finding => ({
        subject,
        verdict: 'fail',
        observed: `${device} has rows in the new system, newest ${newestAt}, and none in the old, which knows ${names(ofOld)}`,
        look: psqlLook(migration.old.database, `SELECT DISTINCT ${config.device} FROM ${config.table}`),
      }),
    ),
  ];
}
