import { duration } from '../../judge/words.ts';
import type { ClockReading, Examination, KafkaSight, Look } from '../observed.ts';
import { type DoctorFinding, type Level, seen, unseen } from './finding.ts';

/** Less is what computers without trouble differ by, and nothing that is judged here is finer. */
const unremarkableSeconds = 2;

/** One clock as it was read, for machines to read. */
export interface ClockState {
  readonly of: string;
  /** Against this machine's; undefined when it could not be known. */
  readonly reading: ClockReading | undefined;
}

export function clockStates({ api, sights }: Pick<Examination, 'api' | 'sights'>): ClockState[] {
  return [
    { of: 'API server', reading: seen(api) },
    { of: 'broker', reading: undefined },
    ...(sights?.databases ?? []).map(({ place, clock }) => ({
      of: `database ${place.namespace}/${place.database}`,
      reading: seen(clock),
    })),
  ];
}

/**
 * This machine against the API server, for which verify corrects; and the databases and the broker against the API
 * server, where a difference beyond `futureTolerance` makes fresh data look stale, or stale data fresh.
 */
export function clockFindings(
  { api, sights }: Pick<Examination, 'api' | 'sights'>,
  toleranceSeconds: number,
): DoctorFinding[] {
  const reference = seen(api);
  return [
    ...(reference === undefined ? [unknown('API server', api)] : [ofMachine(reference)]),
    ...(sights?.databases ?? []).flatMap(({ place, clock }): DoctorFinding[] => {
      const subject = `database ${place.namespace}/${place.database}`;
      const reading = seen(clock);
      if (reading === undefined) return [unknown(subject, clock)];
      return [
        reference === undefined ? ofOne(subject, reading) : against(subject, reading, reference, toleranceSeconds),
      ];
    }),
    ...(sights === undefined ? [] : [ofBroker(sights.kafka, toleranceSeconds)]),
  ];
}

function ofMachine(clock: ClockReading): DoctorFinding {
  const skew = certain(clock);
  if (skew <= unremarkableSeconds) return finding('ok', 'API server', inStep('this machine', clock));
  return finding(
    'warning',
    'API server',
    `${apart(clock)} this machine; verify corrects for it, set this machine's clock`,
  );
}

function ofOne(subject: string, clock: ClockReading): DoctorFinding {
  return finding('note', subject, `${apart(clock)} this machine`);
}

function against(subject: string, clock: ClockReading, reference: ClockReading, tolerance: number): DoctorFinding {
  const difference = {
    offsetSeconds: clock.offsetSeconds - reference.offsetSeconds,
    uncertaintySeconds: clock.uncertaintySeconds + reference.uncertaintySeconds,
  };
  const skew = certain(difference);
  if (skew <= unremarkableSeconds) return finding('ok', subject, inStep('the API server', difference));
  const text = `${apart(difference)} the API server`;
  return skew > tolerance
    ? { ...finding('unseen', subject, `${text}: ages cannot be trusted`), fix: 'set the clocks of the nodes (NTP)' }
    : finding('warning', subject, text);
}

/** Kafka's protocol has no question for the broker's time. A record that the broker stamped bounds it from one side. */
function ofBroker({ newest }: Pick<KafkaSight, 'newest'>, tolerance: number): DoctorFinding {
  const record = seen(newest);
  const why = 'Kafka has no question for it';
  if (record === undefined) return finding('note', 'broker', `not known: ${why}, and no record was seen`);
  const { ageSeconds, topic, stampedBy } = record;
  if (ageSeconds < -tolerance) {
    const whose = stampedBy === 'broker' ? "the broker's clock" : "the clock of the record's producer";
    return {
      ...finding(
        'unseen',
        'broker',
        `the newest record, in ${topic}, is stamped ${duration(ageSeconds)} ahead of the API server's time: ages cannot be trusted`,
      ),
      fix: `set ${whose}`,
    };
  }
  const stamped =
    stampedBy === 'broker' ? 'by the broker' : stampedBy === 'producer' ? 'by its producer' : 'by broker or producer';
  const bound =
    stampedBy === 'broker' ? `, so its clock is not behind by more than ${duration(Math.max(0, ageSeconds))}` : '';
  return finding(
    'note',
    'broker',
    `not known: ${why}; the newest record was stamped ${stamped} ${when(ageSeconds)}${bound}`,
  );
}

function when(ageSeconds: number): string {
  return ageSeconds < 0 ? `${duration(ageSeconds)} ahead of the API server's time` : `${duration(ageSeconds)} ago`;
}

/** What the difference is at least. */
function certain({ offsetSeconds, uncertaintySeconds }: ClockReading): number {
  return Math.max(0, Math.abs(offsetSeconds) - uncertaintySeconds);
}

function inStep(other: string, { offsetSeconds, uncertaintySeconds }: ClockReading): string {
  return `in step with ${other} (within ${duration(Math.abs(offsetSeconds) + uncertaintySeconds)})`;
}

/** `12 s ± 0.5 s ahead of`. */
function apart({ offsetSeconds, uncertaintySeconds }: ClockReading): string {
  const direction = offsetSeconds < 0 ? 'behind' : 'ahead of';
  return `${duration(offsetSeconds)} ± ${duration(uncertaintySeconds)} ${direction}`;
}

function unknown(subject: string, look: Look<unknown> | undefined): DoctorFinding {
  const why = unseen(look);
  return finding('note', subject, `not known${why === undefined ? '' : `: ${why.message}`}`);
}

function finding(level: Level, subject: string, text: string): DoctorFinding {
  return { group: 'clocks', level, subject, text };
}
