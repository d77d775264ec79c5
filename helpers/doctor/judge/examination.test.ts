import { expect, test } from 'vitest';
import { examination, kafkaSight, migration, seen, sights, unseen } from '../testing/samples.ts';
import { judgeExamination } from './examination.ts';
import { groups } from './finding.ts';
import { versionStates } from './versions.ts';

const limits = { futureToleranceSeconds: 60 };
const node = { of: 'Node.js', version: 'v24.21.0' };

test('a target of which all can be seen says so, in every group, and asks for nothing', () => {
  const whole = examination();
  const findings = judgeExamination(whole, [...versionStates(whole.sights), node], limits);
  expect(new Set(findings.map(({ group }) => group))).toEqual(new Set(groups));
  expect(findings.filter(({ level }) => level === 'unseen' || level === 'warning')).toEqual([]);
});

test('an API server that does not answer hides everything, and what this machine knows is still told', () => {
  const api = unseen('get /version at https://x: no answer within 5 s', {
    kind: 'timeout',
    hint: 'try kubectl version',
  });
  const findings = judgeExamination({ ...examination(), api, sights: undefined }, [node], limits);
  expect(findings).toMatchObject([
    { group: 'cluster', level: 'unseen', subject: 'API server', fix: 'try kubectl version' },
    { group: 'cluster', level: 'unseen', subject: 'everything else' },
    { group: 'versions', level: 'ok', text: 'v24.21.0' },
  ]);
});

test('what the API server refuses is named where the rule is, and stays short elsewhere', () => {
  const login = unseen('get pods/portforward m-1 in namespace mosquitto: forbidden (403 pods "m-1" is forbidden)', {
    kind: 'forbidden',
    hint: 'grant it in a Role in namespace mosquitto: {…}',
  });
  const mqtt = { service: migration.new.mqtt, login };
  const judged = (allowed: boolean) => {
    const permissions = sights().permissions.map(({ need }) => ({
      need,
      allowed: seen(allowed || need.resource !== 'pods/portforward'),
    }));
    return judgeExamination(examination({ mqtt, permissions }), [], limits).find(({ group }) => group === 'mqtt');
  };
  expect(judged(false)).toEqual({
    group: 'mqtt',
    level: 'unseen',
    subject: 'mosquitto/mosquitto:1883',
    text: 'get pods/portforward m-1 in namespace mosquitto is forbidden, see Permissions',
  });
  // The API server contradicts itself: then every word of it counts.
  expect(judged(true)).toMatchObject({ text: login.unseen.message, fix: login.unseen.hint });
});

test('the refusals of others than the API server are left as they are', () => {
  const why = unseen('Not authorized to access the cluster', { kind: 'forbidden', hint: 'DESCRIBE on the groups' });
  const permissions = sights().permissions.map(({ need }) => ({ need, allowed: seen(false) }));
  const findings = judgeExamination(examination({ permissions, kafka: kafkaSight({ groups: why }) }), [], limits);
  expect(findings).toContainEqual({
    group: 'kafka',
    level: 'unseen',
    subject: 'groups',
    text: 'Not authorized to access the cluster',
    fix: 'DESCRIBE on the groups',
  });
});
