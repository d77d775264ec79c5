import { describe, expect, test } from 'vitest';
import type { Need, PermissionSight } from '../observed.ts';
import { seen, sights, unseen } from '../testing/samples.ts';
import { missingRules, permissionFindings, ruleText } from './permissions.ts';

/** All that is needed, without what `denied` matches. */
function permissions(denied: (need: Need) => boolean): PermissionSight[] {
  return sights().permissions.map(({ need }) => ({ need, allowed: seen(!denied(need)) }));
}

const findings = (denied: (need: Need) => boolean) => permissionFindings(sights({ permissions: permissions(denied) }));

test('all granted is one line', () => {
  const { permissions: all } = sights();
  expect(permissionFindings(sights())).toEqual([
    {
      group: 'permissions',
      level: 'ok',
      subject: 'permissions',
      text: `all ${all.length} that verify needs are granted`,
    },
  ]);
});

describe('what is missing', () => {
  test('is told by verb, resource and namespace, with what it hides and the rule to add', () => {
    const [, missing] = findings(({ resource, namespace }) => resource === 'pods/log' && namespace === 'mosquitto');
    expect(missing).toEqual({
      group: 'permissions',
      level: 'unseen',
      subject: 'permission',
      text: 'may not get pods/log in mosquitto; hides logs',
      fix: 'in a Role in mosquitto: - { apiGroups: [""], resources: [pods/log], verbs: [get] }',
    });
  });

  test('in several namespaces is one rule', () => {
    const rules = missingRules(
      permissions(
        ({ group, resource, namespace }) =>
          group === '' && resource === 'pods' && ['mosquitto', 'redpanda-v2'].includes(namespace),
      ),
    );
    expect(rules.map(({ namespaces }) => namespaces)).toEqual([['redpanda-v2', 'mosquitto']]);
    expect(rules.map(ruleText)).toEqual(['- { apiGroups: [""], resources: [pods], verbs: [list] }']);
  });

  test('of several resources with the same verbs is one rule', () => {
    const rules = missingRules(permissions(({ group, namespace }) => group === 'apps' && namespace === 'mosquitto'));
    expect(rules.map(ruleText)).toEqual([
      '- { apiGroups: [apps], resources: [deployments, statefulsets, replicasets], verbs: [list] }',
    ]);
  });

  test('names the one Secret: no rule opens all of them', () => {
    const rules = missingRules(
      permissions(({ resource, name }) => resource === 'secrets' && name?.endsWith('-verifier') === true),
    );
    expect(rules.map(({ namespaces }) => namespaces)).toEqual([
      ['mosquitto'],
      ['timescaledb', 'heatpump-mqtt'],
      ['heatpump-settings'],
    ]);
    for (const rule of rules) {
      expect(ruleText(rule)).toMatch(/resourceNames: \[[a-z-]+-verifier\], verbs: \[get\] }$/);
    }
  });

  test('of one verb is a rule of that verb', () => {
    const rules = missingRules(
      permissions(({ verb, resource }) => verb === 'create' && resource === 'pods/portforward'),
    );
    expect(rules.map(({ verbs }) => verbs)).toEqual([['create']]);
  });

  test('of a namespace by its name belongs into a ClusterRole', () => {
    const [, missing] = findings(({ resource, name }) => resource === 'namespaces' && name === 'kube-system');
    expect(missing?.text).toBe(
      'may not get namespaces kube-system; hides which cluster this is, and whether the old namespaces are there',
    );
    expect(missing?.fix).toMatch(/^in a ClusterRole: .*resourceNames: \[kube-system\]/);
  });

  test('together gives back every need, and nothing that is granted', () => {
    const denied = ({ verb, resource }: Need) => verb === 'list' || resource === 'pods' || resource === 'secrets';
    const asked = permissions(denied).map(({ need }) => need);
    const allowed = asked.filter((need) => {
      const grants = missingRules(permissions(denied)).some(
        (rule) =>
          rule.namespaces.includes(need.namespace) &&
          rule.apiGroup === need.group &&
          rule.resources.includes(need.resource) &&
          rule.verbs.includes(need.verb) &&
          (rule.resourceNames.length === 0 || rule.resourceNames.includes(need.name ?? '')),
      );
      return grants;
    });
    expect(allowed).toEqual(asked.filter(denied));
  });
});

test('what could not be asked is no denial, and no grant', () => {
  const asked = sights().permissions.map(({ need }, index) => ({
    need,
    allowed: index === 0 ? seen(true) : unseen('no answer within 5 s', { kind: 'timeout' }),
  }));
  const [granted, rest, ...others] = permissionFindings(sights({ permissions: asked }));
  expect(granted?.text).toBe(`1 of the ${asked.length} that verify needs are granted`);
  expect(rest).toMatchObject({ level: 'unseen', text: 'no answer within 5 s' });
  expect(rest?.subject).toBe(`${asked.length - 1} permissions could not be asked for`);
  expect(others).toEqual([]);
  expect(missingRules(asked)).toEqual([]);
});

test('a user that may do everything is pointed out', () => {
  expect(permissionFindings(sights({ mayDoAll: seen(true) })).at(-1)).toMatchObject({ level: 'warning' });
});
