import { describe, expect, test } from 'vitest';
import type { ConnectCounters, ConnectStream } from '../connect/observed.ts';
import { judgeStreams, type Passage } from './streams.ts';
import { ago, connectReadings, counters, migration, seen, unseen } from './testing/samples.ts';

const quietPassage: Passage = { instance: 'bridge', stream: 'energy', records: 0, unit: 'records', expected: 4 };

/** Everything flows by 3 messages but the bridge's energy stream, which is as given. */
function judge(options: {
  before?: Partial<ConnectCounters>;
  after?: Partial<ConnectCounters>;
  stream?: Partial<ConnectStream>;
  passages?: readonly Passage[];
}) {
  const flowing = { inputReceived: 103, outputSent: 103 };
  const make = (at: string, energy: Partial<ConnectStream>, others: Partial<ConnectCounters>) =>
    connectReadings(at, (stream, instance) =>
      instance === 'bridge' && stream.id === 'energy'
        ? { ...stream, ...energy }
        : { ...stream, counters: counters(others) },
    );
  const first = make(ago(3), { counters: counters(options.before) }, {});
  const second = make(ago(0), { counters: counters(options.after), uptimeSeconds: 3603, ...options.stream }, flowing);
  return judgeStreams({ first: seen(...first), second: seen(...second), passages: options.passages ?? [] }, migration);
}

describe('passes', () => {
  test('what came in went out', () => {
    const verdict = judge({ after: { inputReceived: 103, outputSent: 103 } });
    expect(verdict).toMatchObject({ kind: 'pass', summary: '8 streams connected and working by their counters' });
    expect(verdict.observed).toContain('bridge/energy: received 3, sent 3 in 3 s');
  });

  test('one message still in flight', () => {
    expect(judge({ after: { inputReceived: 103, outputSent: 102 } }).kind).toBe('pass');
  });

  test('errors of long ago', () => {
    const before = { outputError: 50, processorError: 2 };
    expect(judge({ before, after: { ...before, inputReceived: 101, outputSent: 101 } }).kind).toBe('pass');
  });

  test('a connection that was lost once and is there again, and those lost long ago', () => {
    const before = { inputConnectionUp: 5, inputConnectionLost: 4 };
    const after = { inputReceived: 103, outputSent: 103, inputConnectionUp: 6, inputConnectionLost: 5 };
    expect(judge({ before, after }).kind).toBe('pass');
  });

  test('quiet, by what passed in the window', () => {
    const passages = [{ ...quietPassage, records: 4 }];
    expect(judge({ passages }).observed).toContain('bridge/energy: quiet in 3 s; in the window 4 records');
    expect(judge({ passages }).kind).toBe('pass');
  });

  test('quiet as it is meant to be, by what it did since its start', () => {
    expect(judge({ passages: [quietPassage] }).kind).toBe('pass');
  });
});

describe('fails', () => {
  test.each<[string, Parameters<typeof judge>[0], string]>([
    ['received and not sent', { after: { inputReceived: 103 } }, 'received 3, sent 0 in 3 s'],
    ['output errors grow', { after: { outputError: 4 } }, '4 output errors more in 3 s'],
    [
      'processor errors grow',
      { after: { inputReceived: 101, outputSent: 101, processorError: 1 } },
      '1 processor error more in 3 s',
    ],
    [
      'its input is lost and got again over and over, though all that came in went out',
      { after: { inputReceived: 101, outputSent: 101, inputConnectionUp: 4, inputConnectionLost: 3 } },
      'input lost its connection 3 times in 3 s, and got it again',
    ],
    [
      'its output is',
      { after: { inputReceived: 101, outputSent: 101, outputConnectionUp: 3, outputConnectionLost: 2 } },
      'output lost its connection 2 times in 3 s',
    ],
    ['not active', { stream: { active: false } }, 'not active on bridge-1'],
    [
      'an end not connected',
      { stream: { ends: [{ label: 'mqtt_energy', path: 'root.input', connected: false }] } },
      'root.input (mqtt_energy) not connected on bridge-1',
    ],
    [
      'an end not connected for the moment, which is lost over and over',
      {
        stream: {
          ends: [{ label: '', path: 'root.input', connected: false }],
          counters: counters({ inputConnectionUp: 4, inputConnectionLost: 4, outputConnectionLost: 1 }),
        },
      },
      'root.input not connected on bridge-1; input lost its connection 4 times since start',
    ],
    [
      'an end lost by its counters, the endpoint silent',
      { stream: { ends: [], counters: counters({ inputConnectionUp: 3, inputConnectionLost: 3 }) } },
      'input lost 3 of 3 connections',
    ],
    [
      'an end lost by its counters, of which the endpoint does not speak',
      {
        stream: {
          ends: [{ label: 'mqtt_energy', path: 'root.input', connected: true }],
          counters: counters({ outputConnectionUp: 2, outputConnectionLost: 2 }),
        },
      },
      'output lost 2 of 2 connections',
    ],
    ['sent nothing since its start', { before: { outputSent: 0 }, after: { outputSent: 0 } }, 'received 100, sent 0'],
  ])('%s', (_, options, observed) => {
    const verdict = judge({ passages: [{ ...quietPassage, records: 4 }], ...options });
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(`bridge/energy: `);
    expect(verdict.observed).toContain(observed);
    expect(verdict.look).toMatch(/^kubectl logs -n mqtt-kafka-bridge deployment\/mqtt-kafka-bridge/);
  });

  test('a stream that the instance does not run', () => {
    const without = connectReadings(ago(0), (stream) => (stream.id === 'energy' ? undefined : stream));
    const verdict = judgeStreams({ first: seen(...without), second: seen(...without), passages: [] }, migration);
    expect(verdict.observed).toContain('bridge/energy: bridge-1 does not run it; found instead: heatpump');
  });

  test('an instance without a running pod', () => {
    const pods = connectReadings(ago(0)).filter(({ instance }) => instance !== 'settings-sink');
    const verdict = judgeStreams({ first: seen(...pods), second: seen(...pods), passages: [] }, migration);
    expect(verdict.observed).toBe('settings-sink: no running pod, so none of its streams runs');
  });

  test('an instance without a running pod, while another could not be seen', () => {
    const pods = connectReadings(ago(0)).filter(({ instance }) => instance === 'telemetry-sink');
    const reading = { seen: pods, unseen: unseen('bridge').unseen };
    const verdict = judgeStreams({ first: reading, second: reading, passages: [] }, migration);
    expect(verdict).toMatchObject({ kind: 'fail', observed: expect.stringContaining('settings-sink: no running pod') });
  });

  test('an instance whose /ready says no', () => {
    const unready = connectReadings(ago(0)).map((reading) => ({
      ...reading,
      ready: { status: 503, body: 'streams heatpump are not connected\n' },
    }));
    const verdict = judgeStreams({ first: seen(...unready), second: seen(...unready), passages: [] }, migration);
    expect(verdict.observed).toContain('/ready answers 503: streams heatpump are not connected');
  });

  test.each([
    [2, 0],
    [60, 30],
  ])('a quiet sink: %i records in the window, %i rows', (records, arrived) => {
    const sink: Passage = {
      instance: 'telemetry-sink',
      stream: 'energy',
      records,
      arrived,
      unit: 'rows',
      expected: 60,
    };
    const quiet = connectReadings(ago(0));
    const verdict = judgeStreams({ first: seen(...quiet), second: seen(...quiet), passages: [sink] }, migration);
    expect(verdict.observed).toContain(`telemetry-sink/energy: quiet`);
    expect(verdict.kind).toBe('fail');
  });
});

describe('is inconclusive', () => {
  test.each<[string, Parameters<typeof judge>[0], string]>([
    [
      'began anew between the readings',
      { after: { inputReceived: 2, outputSent: 2 }, stream: { uptimeSeconds: 1 } },
      'began anew',
    ],
    [
      'began anew and is past where it was',
      { after: { inputReceived: 200, outputSent: 200 }, stream: { uptimeSeconds: 1 } },
      'began anew',
    ],
    [
      'quiet where messages were due',
      { passages: [{ ...quietPassage, expected: 360 }] },
      'nothing shows that it works',
    ],
    ['quiet, and the window could not be counted', {}, 'could not be counted'],
    [
      'quiet, with one record and no row',
      { passages: [{ ...quietPassage, records: 1, arrived: 0, unit: 'rows' }] },
      'too few to tell',
    ],
  ])('%s', (_, options, observed) => {
    const verdict = judge(options);
    expect(verdict.observed).toContain(observed);
    expect(verdict.kind).toBe('inconclusive');
  });

  test('ready and active, but no counters', () => {
    const { counters: _, ...uncounted } = connectReadings(ago(0))[0]?.streams[0] ?? {
      id: '',
      active: true,
      uptimeSeconds: 0,
      ends: [],
    };
    const blind = connectReadings(ago(0), (stream) => ({ ...uncounted, id: stream.id }));
    const verdict = judgeStreams({ first: seen(...blind), second: seen(...blind), passages: [] }, migration);
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: expect.stringContaining('exports no counters') });
  });

  test('unseen', () => {
    const none = { seen: [], unseen: Object.keys(migration.new.connect).flatMap((name) => unseen(name).unseen) };
    expect(judgeStreams({ first: none, second: none, passages: [] }, migration)).toMatchObject({
      kind: 'inconclusive',
      observed: expect.stringContaining('bridge: bridge did not answer'),
    });
  });
});
