import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectTarget } from '../target/connect.ts';
import type { Target } from '../target/target.ts';
import { type Answer, FakeApi, json, statusBody } from '../target/testing/fake-api.ts';
import { examine } from './examine.ts';
import { judgeExamination } from './judge/examination.ts';
import type { Examination } from './observed.ts';
import { migration as shipped } from './testing/samples.ts';

/** Enough for a fake on a machine that has other work; what hangs must end in three of them and a little. */
const connectDeadline = 3;
const migration = { ...shipped, run: { ...shipped.run, connectDeadline } };

let api: FakeApi;
let target: Target;
let directory: string;

beforeEach(async () => {
  api = await FakeApi.start();
  directory = mkdtempSync(path.join(tmpdir(), 'examine-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, api.kubeConfigText());
  target = await connectTarget({ kind: 'live', timeScale: 1, kubeconfig }, 'fake', {
    env: {},
    connectDeadlineSeconds: migration.run.connectDeadline,
  });
});

afterEach(async () => {
  await target.close();
  await api[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function timed(): Promise<{ examination: Examination; seconds: number; unseen: string[] }> {
  const began = performance.now();
  const examination = await examine(target, migration, {});
  const seconds = (performance.now() - began) / 1000;
  const findings = judgeExamination(examination, [], { futureToleranceSeconds: 60 });
  const unseen = findings.filter(({ level }) => level === 'unseen').map(({ group }) => group);
  return { examination, seconds, unseen };
}

const everything = ['permissions', 'cluster', 'workloads', 'mqtt', 'kafka', 'databases', 'connect'];

describe('an API server that cannot be asked ends it at once', () => {
  test('it hangs', async () => {
    api.answer = () => {};
    const { examination, seconds } = await timed();
    expect(examination.api).toMatchObject({ unseen: { kind: 'timeout' } });
    expect(examination.sights).toBeUndefined();
    expect(seconds).toBeLessThan(connectDeadline * 3);
    expect(api.requests).toEqual(['GET /version']);
  });

  test('it throttles: that is said, and not that it is silent', async () => {
    api.answer = (response) => json(response, 429, statusBody(429, 'TooManyRequests', 'too many requests'));
    const { examination, seconds } = await timed();
    expect(examination.api).toMatchObject({ unseen: { kind: 'throttled' } });
    expect(examination.sights).toBeUndefined();
    expect(seconds).toBeLessThan(connectDeadline * 3);
  });

  test.each([
    ['a page to log in at', (response) => response.end('<html>\n<h1>Welcome to the Wi-Fi</h1>'), '<html>'],
    ['a way to elsewhere', (response) => response.writeHead(302, { location: 'https://elsewhere/' }).end(), 'HTTP 302'],
    ['JSON of something else', (response) => json(response, 200, {}), '{}'],
    ['nothing at all', (response) => response.end(), 'nothing'],
  ] satisfies [string, Answer, string][])('it is none, and answers with %s', async (_, answer, said) => {
    api.answer = answer;
    const { examination } = await timed();
    expect(examination.api).toEqual({
      unseen: {
        kind: 'unsupported',
        message: expect.stringMatching(
          new RegExp(`^get /version.*: what answers is no Kubernetes API server; it said: ${said}$`),
        ),
        hint: expect.stringContaining('try kubectl version'),
      },
    });
    expect(examination.sights).toBeUndefined();
  });

  test('it does not know the token', async () => {
    api.answer = (response) => json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
    const { examination } = await timed();
    expect(examination.api).toMatchObject({ unseen: { kind: 'unauthorized' } });
    expect(examination.sights).toBeUndefined();
  });
});

test('a user that may do nothing: every group says so, and nothing else was tried', async () => {
  api.answer = async (response, { pathname }, request) => {
    if (pathname === '/version') return json(response, 200, { gitVersion: 'v1.33.4', platform: 'linux/arm64' });
    if (request.method === 'POST') {
      const { kind } = JSON.parse(await text(request));
      const status = kind === 'SelfSubjectReview' ? { userInfo: { username: 'nobody' } } : { allowed: false };
      return json(response, 201, { status });
    }
    json(response, 403, statusBody(403, 'Forbidden', 'no'));
  };
  const { examination, unseen } = await timed();
  expect(examination.sights?.user).toEqual({ seen: 'nobody' });
  expect(examination.sights?.kubernetes).toEqual({ seen: 'v1.33.4' });
  expect([...new Set(unseen)]).toEqual(everything);
  const posts = api.requests.filter((line) => !line.startsWith('GET '));
  expect(posts.every((line) => /^POST \/apis\/auth[a-z]+\.k8s\.io\/v1\/selfsubject(access)?reviews$/.test(line))).toBe(
    true,
  );
});

test('everything but /version hangs: it ends within the deadline, and what was seen is told', async () => {
  api.answer = (response, { pathname }) => {
    if (pathname === '/version') json(response, 200, { gitVersion: 'v1.33.4' });
  };
  const { examination, seconds, unseen } = await timed();
  expect(seconds).toBeLessThan(connectDeadline * 4);
  expect(examination.sights?.kubernetes).toEqual({ seen: 'v1.33.4' });
  expect([...new Set(unseen)]).toEqual(everything);
});

test('an API server that answers in errors: no fault of the suite among them', async () => {
  api.answer = (response, { pathname }) => {
    if (pathname === '/version') return json(response, 200, { gitVersion: 'v1.33.4' });
    json(response, 400, statusBody(400, 'BadRequest', 'what?'));
  };
  const { examination } = await timed();
  expect(JSON.stringify(examination)).not.toContain('"fault"');
});
