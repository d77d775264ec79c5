import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neededSelectors } from './promql.ts';

const texts = (expression: string) => neededSelectors(expression)?.map(({ text }) => text);

test.each([
  ['the plan’s own', '(time() - max(timestamp(heatpump_status))) > 600', ['heatpump_status']],
  ['labels and all', 'up{job="mqtt-kafka-bridge"} == 0', ['up{job="mqtt-kafka-bridge"}']],
  ['within ranges, offsets and subqueries', 'max_over_time(rate(a[1m] offset 1w)[5m:]) + b @ 5', ['a', 'b']],
  ['each once', 'sum(rate(a{x="1"}[5m])) / sum(rate(a{x="1"}[5m])) > a', ['a{x="1"}', 'a']],
  ['what absent() looks for need not be there', 'absent(up{job="x"}) or absent_over_time(b[5m])', []],
  ['what is only taken away need not be there', 'a unless on() maintenance', ['a']],
  ['what has a stand-in need not be there', '(sum(rate(errors[5m])) or vector(0)) / sum(rate(all[5m]))', ['all']],
  ['both sides of another or', 'a > 1 or b > 2', ['a', 'b']],
  ['both sides of and', 'a and absent(b)', ['a']],
  ['not what Prometheus itself writes', 'a and on() ALERTS{alertname="X"}', ['a']],
  ['no series at all', 'vector(1)', []],
])('what an expression needs: %s', (_, expression, needed) => {
  expect(texts(expression)).toEqual(needed);
});

test.each(['', 'up{', 'up{job=}', 'sum(', 'Wärme > 3'])('%j is no PromQL', (text) => {
  expect(neededSelectors(text)).toBeUndefined();
});

test('a selector has its metric and the labels that have to be of one value', () => {
  expect(neededSelectors(`up{job="a\\"b", pod=~"x.*", ns!="y", zone='z'}`)).toMatchObject([
    {
      metric: 'up',
      equal: [
        { label: 'job', value: 'a"b' },
        { label: 'zone', value: 'z' },
      ],
    },
  ]);
  expect(neededSelectors('{__name__="up", job="a"}')).toMatchObject([{ metric: 'up', equal: [{ label: 'job' }] }]);
  expect(neededSelectors('{"room.temperature", room="b"}')).toMatchObject([
    { metric: 'room.temperature', equal: [{ label: 'room', value: 'b' }] },
  ]);
  expect(neededSelectors('{job="a"}')?.[0]).not.toHaveProperty('metric');
});

test('whatever is combined, what one side needs is needed', () => {
  const metric = fc.stringMatching(/^m_[a-z]{1,6}$/);
  const combined = fc.letrec<{ expression: { text: string; needs: string[] } }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      metric.map((name) => ({ text: name, needs: [name] })),
      metric.map((name) => ({ text: `absent(${name})`, needs: [] })),
      tie('expression').map(({ text, needs }) => ({ text: `sum by (a) (${text})`, needs })),
      fc
        .tuple(tie('expression'), fc.constantFrom('+', '>', 'and', 'unless', 'or'), tie('expression'))
        .map(([left, operator, right]) => ({
          text: `(${left.text}) ${operator} (${right.text})`,
          needs:
            operator === 'unless'
              ? left.needs
              : operator === 'or' && Math.min(left.needs.length, right.needs.length) === 0
                ? []
                : [...left.needs, ...right.needs],
        })),
    ),
  })).expression;
  fc.assert(
    fc.property(combined, ({ text, needs }) => {
      expect(new Set(texts(text))).toEqual(new Set(needs));
    }),
  );
});
