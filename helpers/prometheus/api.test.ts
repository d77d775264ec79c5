import { expect, test } from 'vitest';
import { z } from 'zod';
import { prometheusApi } from './api.ts';

const names = z.array(z.string());
const ask = (status: number, body: string, asked: string[] = []) =>
  prometheusApi('Prometheus at m/p:9090', async (path) => {
    asked.push(path);
    return { status, body };
  })('/api/v1/label/job/values', { 'match[]': 'up{job="a b"}' }, names);

test('its data is what it answers, of the form expected', async () => {
  const asked: string[] = [];
  expect(await ask(200, '{"status":"success","data":["a"],"infos":["x"]}', asked)).toEqual(['a']);
  expect(asked).toEqual(['/api/v1/label/job/values?match%5B%5D=up%7Bjob%3D%22a+b%22%7D']);
});

test.each<[string, number, string, string, string]>([
  ['a refusal', 401, 'Unauthorized', 'unauthorized', 'is refused: HTTP 401'],
  [
    'an error of its own',
    400,
    '{"status":"error","errorType":"bad_data","error":"parse"}',
    'unsupported',
    'bad_data: parse',
  ],
  ['a log-in page', 200, '<html>', 'unsupported', 'not answered as Prometheus does: HTTP 200 <html>'],
  ['data of another form', 200, '{"status":"success","data":{}}', 'unsupported', 'not answered as Prometheus does'],
  [
    'a part of the data',
    200,
    '{"status":"success","data":[],"warnings":["store x is away"]}',
    'unreachable',
    'store x is away',
  ],
])('%s is nothing observed', async (_, status, body, kind, words) => {
  await expect(ask(status, body)).rejects.toMatchObject({
    name: 'Unobservable',
    kind,
    message: expect.stringContaining(words),
  });
});
