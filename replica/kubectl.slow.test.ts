import { request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fluxControllers } from './embedded/flux/controllers.ts';
import { settingsChangedMs } from './embedded/history/readings.ts';
import { loadManifests } from './embedded/manifests.ts';
import { type ReplicaHandle, startOwnReplica } from './lifecycle.ts';
import { finalHealthCheckCommands, phase1Commands, phase2Commands } from './plan-commands.ts';
import { installedKubectls, OperatorShell, type Printed, rowsOf } from './testing/kubectl.ts';

/** What an operator with a real kubectl sees of the replica: the plan's commands, and those of a night that goes wrong. */
const kubectls = installedKubectls();
const testMs = 60_000;

const objects = [...(await loadManifests()), ...fluxControllers()];
const count = (kind: string) => objects.filter((object) => object.kind === kind).length;

if (kubectls.length === 0) test.skip('kubectl against the replica: no kubectl is on PATH', () => {});

describe.runIf(kubectls.length > 0)('the replica, through a real kubectl', () => {
  let replica: ReplicaHandle;
  beforeAll(async () => {
    replica = await startOwnReplica({ state: 'before-phase5', timeScale: 30, progress: () => {} });
  }, 180_000);
  afterAll(() => replica?.stop());

  describe.each(kubectls)('$name', (kubectl) => {
    let shell: OperatorShell;
    beforeAll(async () => {
      shell = await OperatorShell.open(kubectl, replica.kubeconfig);
    });
    afterAll(() => shell?.[Symbol.asyncDispose]());

    /** What a command that must succeed prints; on standard error it may only warn. */
    async function ok(command: string, input?: string): Promise<string> {
      const printed = await shell.run(command, input);
      expect(printed, command).toMatchObject({ exitCode: 0, stderr: expect.not.stringMatching(/error/i) });
      return printed.stdout;
    }

    const refused = async (command: string, input?: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await shell.run(command, input);
      expect({ exitCode, stdout }, command).toMatchObject({ exitCode: 1, stdout: '' });
      return stderr.trimEnd();
    };

    const podsOf = async (namespace: string): Promise<string[]> =>
      rowsOf(await ok(`kubectl get pods -n ${namespace}`)).flatMap(({ NAME, STATUS }) =>
        NAME && STATUS === 'Running' ? [NAME] : [],
      );

    describe('phase 1 of the plan', () => {
      const checks: Record<(typeof phase1Commands)[number], (stdout: string) => void> = {
        [phase1Commands[0]]: (stdout) => expectRunning(stdout, ['mqtt-kafka-bridge']),
        [phase1Commands[1]]: (stdout) => expectRunning(stdout, ['redpanda-connect', 'timescaledb']),
        [phase1Commands[2]]: (stdout) => expectRunning(stdout, ['postgres', 'redpanda-connect']),
        [phase1Commands[3]]: (stdout) => {
          const lines = stdout.trimEnd().split('\n');
          expect(lines).toHaveLength(8);
          const ends = lines.map((line) => /msg="(Input|Output) type (\w+) is now active".* stream=(\S+)$/.exec(line));
          expect(ends.map((end) => end?.slice(1).join(' ')).sort()).toEqual(
            ['energy', 'heatpump', 'temperature-indoor', 'temperature-outdoor']
              .flatMap((stream) => [`Input mqtt ${stream}`, `Output kafka ${stream}`])
              .sort(),
          );
        },
        [phase1Commands[4]]: (stdout) => {
          const record = JSON.parse(stdout) as { topic: string; value: string; timestamp: number; offset: number };
          expect(record).toMatchObject({ topic: 'homelab-heatpump-telemetry', partition: 0 });
          expect(record.offset).toBeGreaterThan(20_000);
          expectSecondsOld(record.timestamp);
          const value = JSON.parse(record.value) as { ts: string; tags: object; fields: Record<string, unknown> };
          expect(value.tags).toEqual({ device_id: 'thermiq_heatpump' });
          expect(Object.keys(value.fields)).toContain('brinepump_on');
          expect(Math.abs(Date.parse(value.ts) - record.timestamp)).toBeLessThan(5_000);
        },
        [phase1Commands[5]]: (stdout) => {
          const [count = '', max = ''] = psqlCells(stdout, ['count', 'max']);
          expect(Number(count)).toBeGreaterThan(20_000);
          expectSecondsOld(Date.parse(max));
        },
        [phase1Commands[6]]: (stdout) => {
          const cells = psqlCells(stdout, ['device_id', 'indoor_target_temp', 'mode', 'updated_at']);
          expect(cells.slice(0, 3)).toEqual(['thermiq_heatpump', expect.stringMatching(/^\d+(\.5)?$/), '1']);
          // It stands still where the setting last changed, which may have been a moment ago.
          const updatedMs = Date.parse(cells[3] ?? '');
          const sinceChangesMs = [Date.now() - 60_000, Date.now()].map((ms) => updatedMs - settingsChangedMs(ms));
          expect(
            sinceChangesMs.some((ms) => ms >= 0 && ms < 60_000),
            stdout,
          ).toBe(true);
        },
      };

      test.each(phase1Commands)('%s', async (command) => checks[command](await ok(command)), testMs);
    });

    describe('phase 2 of the plan', () => {
      const named = (stdout: string) =>
        stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(/\s+/));
      const checks: Record<(typeof phase2Commands)[number], (stdout: string) => void> = {
        [phase2Commands[0]]: (stdout) =>
          expect(named(stdout)).toEqual([
            ['mqtt-input', 'mqtt-input', '1/1', '1', '1', '8d'],
            ['mqtt-input-v2', 'mqtt-input-v2', '1/1', '1', '1', '8d'],
          ]),
        [phase2Commands[1]]: (stdout) =>
          expect(named(stdout)[0]).toEqual(['timescaledb-0', '1/1', 'Running', '0', '8d']),
        [phase2Commands[2]]: (stdout) =>
          expect(named(stdout)).toEqual([
            ['redpanda-sink', 'redpanda-connect', '1/1', '1', '1', '8d'],
            ['redpanda-sink-v2', 'redpanda-connect', '1/1', '1', '1', '8d'],
          ]),
      };

      test.each(phase2Commands)('%s', async (command) => checks[command](await ok(command)), testMs);
    });

    describe('the final health check', () => {
      test.each(finalHealthCheckCommands.filter((command) => command.includes('get pods')))(
        '%s',
        async (command) => {
          const running = rowsOf(await ok(command)).filter(({ STATUS }) => STATUS === 'Running');
          expect(running.length).toBeGreaterThan(0);
          for (const row of running)
            expect(row).toMatchObject({
              READY: '1/1',
              IP: expect.stringMatching(/^10\.42\.0\.\d+$/),
              NODE: 'embedded',
            });
        },
        testMs,
      );
      test.each(finalHealthCheckCommands.filter((command) => command.includes('psql')))(
        '%s',
        async (command) => {
          const cells = psqlCells(await ok(command), ['table_name', 'rows', 'latest_data', 'data_age']);
          expect(cells[3]).toMatch(/^00:00:\d\d\.\d+$/);
        },
        testMs,
      );
      test.each(finalHealthCheckCommands.filter((command) => command.includes('logs')))(
        '%s | grep -i error finds none',
        async (command) => {
          expect(await shell.run(`${command} | grep -i error`)).toEqual({ exitCode: 1, stdout: '', stderr: '' });
        },
        testMs,
      );
    });

    describe('the state before the cutover', () => {
      test(
        'get all',
        async () => {
          const all = await ok('kubectl get all --all-namespaces');
          for (const line of [
            /^heatpump-mqtt +pod\/timescaledb-0 +1\/1 +Running/m,
            /^redpanda-sink +service\/redpanda-sink +ClusterIP +\S+ +<none> +8080\/TCP +8d$/m,
            /^mqtt-input +deployment\.apps\/mqtt-input +1\/1 +1 +1 +8d$/m,
            /^redpanda-v2 +statefulset\.apps\/redpanda-v2 +1\/1 +8d$/m,
            /^timescaledb +cronjob\.batch\/timescaledb-backup +0 2 \* \* \* .* 8d$/m,
            /^timescaledb +job\.batch\/timescaledb-backup-\d+ +Complete +1\/1 /m,
          ])
            expect(all).toMatch(line);
        },
        testMs,
      );

      test(
        'top pods',
        async () => {
          const rows = rowsOf(await ok('kubectl top pods --all-namespaces'));
          const of = (name: string) => rows.find((row) => row.NAME?.startsWith(name));
          expect(of('redpanda-v2-0')).toMatchObject({ 'CPU(cores)': expect.stringMatching(/^\d+m$/) });
          expect(Number.parseInt(of('redpanda-v2-0')?.['MEMORY(bytes)'] ?? '', 10)).toBeGreaterThan(300);
          expect(Number.parseInt(of('mosquitto-')?.['MEMORY(bytes)'] ?? '', 10)).toBeLessThan(20);
          expect(rows.some(({ NAME }) => NAME?.includes('backup'))).toBe(false);
          expect(rowsOf(await ok('kubectl top nodes'))).toEqual([
            expect.objectContaining({ NAME: 'embedded', 'CPU(cores)': expect.stringMatching(/^\d+m$/) }),
          ]);
        },
        testMs,
      );

      test(
        'volumes are bound, Kustomizations are ready, nothing has happened',
        async () => {
          const claims = rowsOf(await ok('kubectl get pvc -A'));
          expect(claims.map(({ NAME, STATUS, CAPACITY }) => `${NAME} ${STATUS} ${CAPACITY}`).sort()).toEqual([
            'data-redpanda-v2-0 Bound 10Gi',
            'data-timescaledb-0 Bound 10Gi',
            'postgres-data Bound 2Gi',
            'timescaledb-data Bound 20Gi',
          ]);
          const owners = rowsOf(await ok('kubectl get kustomizations -n flux-system'));
          expect(owners.find(({ NAME }) => NAME === 'mqtt-input')).toMatchObject({ AGE: '8d', READY: 'True' });
          expect(
            owners.every(({ READY, STATUS }) => READY === 'True' && STATUS?.startsWith('Applied revision: main@sha1:')),
          ).toBe(true);
        },
        testMs,
      );
    });

    describe('looking closer', () => {
      test(
        'describe',
        async () => {
          const [pod] = await podsOf('timescaledb');
          const described = await ok(`kubectl describe pod -n timescaledb ${pod}`);
          for (const line of [/^Status: +Running$/m, /^ +Restart Count: +0$/m, /^ +Ready +True/m, /^ +memory: +\d+/m])
            expect(described).toMatch(line);
          expect(described).not.toContain('replica-');
          expect(await ok('kubectl describe deploy -n timescaledb timescaledb')).toMatch(
            /^Replicas: +1 desired \| 1 updated \| 1 total \| 1 available \| 0 unavailable$/m,
          );
          expect(await ok('kubectl describe svc -n timescaledb timescaledb')).toMatch(
            /^Endpoints: +10\.42\.\d+\.\d+:5432$/m,
          );
          expect(await ok('kubectl describe pvc -n timescaledb')).toMatch(/^Used By: +timescaledb-/m);
          expect(await ok('kubectl describe node')).toMatch(/^ +Ready +True .* KubeletReady/m);
          expect(await ok('kubectl describe secret -n timescaledb timescaledb-superuser')).toMatch(
            /^password: +\d+ bytes$/m,
          );
        },
        testMs,
      );

      test(
        'as YAML, JSON, by a path, in columns of one\u2019s own',
        async () => {
          expect(await ok('kubectl get deploy -n timescaledb timescaledb -o yaml')).toMatch(/^ {2}readyReplicas: 1$/m);
          const list = JSON.parse(await ok('kubectl get pods -n mqtt-input -o json')) as { items: object[] };
          expect(list.items).toMatchObject([{ kind: 'Pod', status: { phase: 'Running' } }]);
          expect(await ok(`kubectl get deploy -A -o jsonpath='{range .items[*]}{.spec.replicas}{end}'`)).toBe(
            '1'.repeat(count('Deployment')),
          );
          const columns = 'NAME:.metadata.name,IMAGE:.spec.template.spec.containers[0].image';
          expect(rowsOf(await ok(`kubectl get deploy -n mqtt-kafka-bridge -o custom-columns=${columns}`))).toEqual([
            { NAME: 'mqtt-kafka-bridge', IMAGE: 'redpandadata/connect:4.49.1' },
          ]);
        },
        testMs,
      );

      test(
        'every container has a log that begins when it did, and lines agree with their times',
        async () => {
          const started = `{range .items[*]}{.metadata.namespace} {.metadata.name} {.status.containerStatuses[0].state.running.startedAt}{"\\n"}{end}`;
          const pods = await ok(`kubectl get pods -A --field-selector=status.phase=Running -o jsonpath='${started}'`);
          const running = pods
            .trimEnd()
            .split('\n')
            .map((line) => line.split(' '));
          expect(running).toHaveLength(count('Deployment') + count('StatefulSet'));
          for (const [NAMESPACE, NAME, startedAt = ''] of running) {
            const lines = (await ok(`kubectl logs -n ${NAMESPACE} ${NAME} --timestamps`)).trimEnd().split('\n');
            const times = lines.map((line) => Date.parse(line.split(' ')[0] ?? ''));
            expect(Math.abs((times[0] ?? 0) - Date.parse(startedAt)), `${NAME}: ${lines[0]}`).toBeLessThan(3_000);
            expect(
              [...times].sort((a, b) => a - b),
              NAME,
            ).toEqual(times);
            for (const line of lines)
              expect(Math.abs(ownTime(line) - Date.parse(line.split(' ')[0] ?? '')), line).toBeLessThan(2_000);
          }
        },
        testMs,
      );

      test(
        'what kubectl is told about itself, its rights and the API',
        async () => {
          // kubectl 1.27 prints the whole of it.
          expect(await ok('kubectl version')).toMatch(/^Server Version: (v|version\.Info.* GitVersion:"v)1\.33\./m);
          expect(await ok('kubectl api-resources')).toMatch(
            /^kustomizations +ks +kustomize\.toolkit\.fluxcd\.io\/v1 +true +Kustomization$/m,
          );
          expect(await ok('kubectl auth can-i delete pods -n timescaledb')).toBe('yes\n');
          expect(
            (await shell.run('kubectl --context verifier@embedded auth can-i delete pods -n timescaledb')).stdout,
          ).toBe('no\n');
          const view = await ok('kubectl config view');
          expect(view).toContain('token: REDACTED');
        },
        testMs,
      );

      test(
        'exec -it gives a prompt',
        async () => {
          const { exitCode } = await shell.run('script --version');
          if (exitCode !== 0) return; // There is no other way here to give kubectl a terminal.
          await using psql = shell.follow(
            `script -qec 'kubectl exec -it -n timescaledb deploy/timescaledb -- psql -U postgres -d telemetry' /dev/null`,
          );
          await psql.until(/telemetry=# $/);
          psql.type(`select 40 + 2 as answer;\r`);
          await psql.until(/ {5}42\r\n\(1 row\)\r\n\r\ntelemetry=# $/);
          psql.type('\\q\r');
          expect(await psql.ended()).toBe(0);
        },
        testMs,
      );

      test(
        'port-forward reaches a database and a stream\u2019s HTTP',
        async () => {
          await using database = shell.follow('kubectl port-forward -n timescaledb svc/timescaledb :5432');
          const [, port] = await database.until(/Forwarding from 127\.0\.0\.1:(\d+) -> 5432/);
          const encoded = await ok(
            `kubectl get secret -n timescaledb timescaledb-superuser -o jsonpath='{.data.password}'`,
          );
          const password = Buffer.from(encoded, 'base64').toString();
          const client = new pg.Client({
            host: '127.0.0.1',
            port: Number(port),
            user: 'postgres',
            database: 'telemetry',
            password,
          });
          await client.connect();
          expect(
            (await client.query('select count(*)::int as count from timescaledb_information.hypertables')).rows,
          ).toEqual([{ count: 3 }]);
          await client.end();

          await using bridge = shell.follow('kubectl port-forward -n mqtt-kafka-bridge deploy/mqtt-kafka-bridge :4195');
          const [, http] = await bridge.until(/Forwarding from 127\.0\.0\.1:(\d+) -> 4195/);
          expect(await status(Number(http), '/ready')).toBe(200);
        },
        testMs,
      );

      test(
        'logs -f shows what comes',
        async () => {
          await using logs = shell.follow('kubectl logs -n mosquitto deploy/mosquitto -f --tail=1');
          await logs.until(/(\d{10}: .*\n){4}/);
        },
        testMs,
      );
    });

    describe('the cutover and its undoing', () => {
      test(
        'scale to 0 and back, seen by a watch',
        async () => {
          await using watch = shell.follow('kubectl get deploy mqtt-input -n mqtt-input -w');
          await watch.until(/mqtt-input +1\/1 +1 +1 /);
          expect(await ok('kubectl scale deployment mqtt-input --replicas=0 -n mqtt-input')).toBe(
            'deployment.apps/mqtt-input scaled\n',
          );
          await watch.until(/mqtt-input +0\/0 +0 +0 /);
          expect(await ok('kubectl wait --for=delete pod -l app=mqtt-input -n mqtt-input --timeout=20s')).toBeDefined();
          expect(await shell.run('kubectl get pods -n mqtt-input')).toEqual({
            exitCode: 0,
            stdout: '',
            stderr: 'No resources found in mqtt-input namespace.\n',
          });
          expect(await ok('kubectl scale deployment mqtt-input --replicas=1 -n mqtt-input')).toBe(
            'deployment.apps/mqtt-input scaled\n',
          );
          expect(await ok('kubectl wait --for=condition=Available deploy/mqtt-input -n mqtt-input --timeout=30s')).toBe(
            'deployment.apps/mqtt-input condition met\n',
          );
          expect(await ok('kubectl rollout status deploy/mqtt-input -n mqtt-input --timeout=30s')).toContain(
            'successfully rolled out',
          );
          await using logs = shell.follow('kubectl logs -n mqtt-input -l app=mqtt-input -f');
          await logs.until(/connected to MQTT broker/);
          for (const events of ['kubectl get events -n mqtt-input', 'kubectl events -n mqtt-input'])
            expect(await ok(events)).toMatch(
              /Normal +ScalingReplicaSet +Deployment\/mqtt-input +Scaled (down|up) replica set/i,
            );
        },
        testMs,
      );

      test(
        'rollout restart, history and undo',
        async () => {
          const at = 'deploy/mqtt-input-v2 -n mqtt-input-v2';
          const revisions = async () =>
            [...(await ok(`kubectl rollout history ${at}`)).matchAll(/^(\d+) +/gm)].map(([, number]) => Number(number));
          const before = await revisions();
          const [old] = await podsOf('mqtt-input-v2');
          expect(await ok(`kubectl rollout restart ${at}`)).toBe('deployment.apps/mqtt-input-v2 restarted\n');
          await ok(`kubectl rollout status ${at} --timeout=30s`);
          expect((await revisions()).at(-1)).toBe((before.at(-1) ?? 0) + 1);
          expect(await podsOf('mqtt-input-v2')).not.toContain(old);
          expect(await ok(`kubectl rollout undo ${at}`)).toBe('deployment.apps/mqtt-input-v2 rolled back\n');
          await ok(`kubectl rollout status ${at} --timeout=30s`);
          expect((await revisions()).at(-1)).toBe((before.at(-1) ?? 0) + 2);
        },
        testMs,
      );

      test(
        'a pod that is deleted is made anew, and its log begins anew',
        async () => {
          const [old = ''] = await podsOf('redpanda-sink-v2');
          expect(await ok(`kubectl delete pod ${old} -n redpanda-sink-v2`)).toMatch(`pod "${old}" deleted`);
          await ok('kubectl rollout status deploy/redpanda-connect -n redpanda-sink-v2 --timeout=30s');
          const [made = '', ...others] = await podsOf('redpanda-sink-v2');
          expect([made === old, others]).toEqual([false, []]);
          expect(await refused(`kubectl logs ${old} -n redpanda-sink-v2`)).toMatch(/pods? "\S+" not found/);
          expect(await ok('kubectl get pods -n redpanda-sink-v2')).toMatch(/ 1\/1 +Running +0 +\d+s$/m);
        },
        testMs,
      );

      test(
        'a backup by hand',
        async () => {
          await ok('kubectl create job -n heatpump-settings by-hand --from=cronjob/postgres-backup');
          await ok('kubectl wait --for=condition=complete job/by-hand -n heatpump-settings --timeout=20s');
          expect(await ok('kubectl logs -n heatpump-settings job/by-hand')).toMatch(
            /^backup heatpump_settings-\d{8}T\d{6}Z\.sql\.gz stored$/m,
          );
          expect(await ok('kubectl delete job by-hand -n heatpump-settings')).toContain('"by-hand" deleted');
        },
        testMs,
      );

      test(
        'diff says what apply would change, and changes nothing',
        async () => {
          const manifest = (await ok('kubectl get deploy mqtt-input -n mqtt-input -o yaml')).replace(
            /^ {2}replicas: 1$/m,
            '  replicas: 3',
          );
          const { exitCode, stdout } = await shell.run('kubectl diff -f -', manifest);
          expect(stdout).toMatch(/^- {2}replicas: 1\n\+ {2}replicas: 3$/m);
          expect(exitCode).toBe(1);
          expect(await ok('kubectl get deploy mqtt-input -n mqtt-input -o jsonpath={.spec.replicas}')).toBe('1');
        },
        testMs,
      );

      test(
        'apply, patch and delete',
        async () => {
          const manifest = [
            'apiVersion: v1',
            'kind: Namespace',
            'metadata: { name: by-hand }',
            '---',
            'apiVersion: apps/v1',
            'kind: Deployment',
            'metadata: { name: idle, namespace: by-hand }',
            'spec: { replicas: 1, selector: { matchLabels: { app: idle } }, template: { metadata: { labels: { app: idle } }, spec: { containers: [{ name: idle, image: "nowhere/idle:1" }] } } }',
          ].join('\n');
          expect(await ok('kubectl apply -f -', manifest)).toBe(
            'namespace/by-hand created\ndeployment.apps/idle created\n',
          );
          expect(await ok('kubectl apply -f -', manifest)).toBe(
            'namespace/by-hand unchanged\ndeployment.apps/idle unchanged\n',
          );
          await ok(
            `kubectl wait --for=jsonpath='{.status.containerStatuses[0].state.waiting.reason}'=ImagePullBackOff pod -l app=idle -n by-hand --timeout=20s`,
          );
          expect(await ok('kubectl describe pod -n by-hand')).toMatch(
            /Warning +Failed .*Failed to pull image "nowhere\/idle:1"/,
          );
          expect(await ok(`kubectl patch deploy idle -n by-hand -p '{"spec":{"replicas":0}}'`)).toBe(
            'deployment.apps/idle patched\n',
          );
          expect(await ok('kubectl delete namespace by-hand')).toContain('namespace "by-hand" deleted');
          expect(await refused('kubectl get namespace by-hand')).toBe(
            'Error from server (NotFound): namespaces "by-hand" not found',
          );
        },
        testMs,
      );
    });

    describe('what goes wrong is said as a cluster says it', () => {
      const reader = 'system:serviceaccount:verify:reader';
      test.each([
        ['kubectl get pod nope -n timescaledb', 'Error from server (NotFound): pods "nope" not found'],
        ['kubectl get foo', `error: the server doesn't have a resource type "foo"`],
        [
          `kubectl get secrets -n timescaledb --as=${reader}`,
          `Error from server (Forbidden): secrets is forbidden: User "${reader}" cannot list resource "secrets" in API group "" in the namespace "timescaledb"`,
        ],
        [
          'kubectl --context verifier@embedded delete pod redpanda-v2-0 -n redpanda-v2',
          `Error from server (Forbidden): pods "redpanda-v2-0" is forbidden: User "${reader}" cannot delete resource "pods" in API group "" in the namespace "redpanda-v2"`,
        ],
        [
          'kubectl exec -n redpanda-v2 redpanda-v2-0 -c wrong -- rpk topic list',
          'Error from server (BadRequest): container wrong is not valid for pod redpanda-v2-0',
        ],
        [
          'kubectl logs -n redpanda-v2 redpanda-v2-0 --previous',
          'Error from server (BadRequest): previous terminated container "redpanda" in pod "redpanda-v2-0" not found',
        ],
        [
          'kubectl scale deployment nope --replicas=0 -n mqtt-input',
          expect.stringMatching(/deployments\.apps "nope" not found|^error: no objects passed to scale$/),
        ],
        [
          'kubectl exec -n heatpump-mqtt timescaledb-0 -- pg_restore',
          expect.stringMatching(
            /exec: "pg_restore": executable file not found in \$PATH.*this one has psql, .*pg_isready/,
          ),
        ],
        [
          'kubectl cp heatpump-mqtt/timescaledb-0:/etc/hosts /dev/null',
          expect.stringMatching(/exec: "tar": executable file not found in \$PATH/),
        ],
        [
          'kubectl debug timescaledb-0 -n heatpump-mqtt --image=busybox -c probe',
          expect.stringMatching(/\(NotImplemented\): the embedded replica has no pods\/ephemeralcontainers$/),
        ],
        [
          'kubectl autoscale deploy redpanda-connect --max=3 -n timescaledb',
          expect.stringMatching(/could not find the requested resource$/),
        ],
        ['kubectl explain nope', expect.stringMatching(/doesn't have a resource type "nope"/)],
      ])('%s', async (command, words) => expect(await refused(command)).toEqual(words), testMs);

      test(
        'what a kind consists of cannot be explained, and that is said',
        async () => {
          const { exitCode, stderr } = await shell.run('kubectl explain deployment.spec');
          expect(stderr).toMatch(/^error: .*not found in OpenAPI schema$/m);
          expect(exitCode).toBe(1);
        },
        testMs,
      );

      test.each([
        [
          'telemetry',
          'select * from nope',
          1,
          /^ERROR: {2}relation "nope" does not exist\nLINE 1: select \* from nope\n {22}\^\n/,
        ],
        ['nope', 'select 1', 2, /FATAL: {2}database "nope" does not exist\n/],
      ])(
        'psql -d %s -c "%s"',
        async (database, sql, exitCode, words) => {
          const printed: Printed = await shell.run(
            `kubectl exec -n timescaledb deploy/timescaledb -- psql -U postgres -d ${database} -c "${sql}"`,
          );
          expect(printed).toEqual({ exitCode, stdout: '', stderr: expect.stringMatching(words) });
          expect(printed.stderr).toContain(`command terminated with exit code ${exitCode}`);
        },
        testMs,
      );
    });
  });
});

/** Rows as the plan expects them: those of the workloads 1/1, Running, never restarted, as old as the replica's past. */
function expectRunning(stdout: string, workloads: readonly string[]): void {
  expect(stdout.split('\n')[0]?.split(/\s+/)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
  const rows = rowsOf(stdout);
  const running = rows.filter(({ STATUS }) => STATUS !== 'Completed');
  expect(running.map(({ NAME }) => NAME?.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, ''))).toEqual(workloads);
  for (const row of running) expect(row).toMatchObject({ READY: '1/1', STATUS: 'Running', RESTARTS: '0', AGE: '8d' });
  // Beside them stand last nights' backups.
  for (const { NAME, READY } of rows.filter((row) => !running.includes(row)))
    expect({ NAME, READY }).toEqual({ NAME: expect.stringMatching(/-backup-\d+-/), READY: '0/1' });
}

/** The cells of a one-row result as psql lays it out: names centred over a rule, the count of rows, an empty line. */
function psqlCells(stdout: string, columns: readonly string[]): string[] {
  const [header = '', rule = '', row = '', count, ...rest] = stdout.split('\n');
  expect(header.split('|').map((cell) => cell.trim())).toEqual(columns);
  expect(rule).toMatch(/^-+(\+-+)*$/);
  expect(rule.split('+').map((part) => part.length)).toEqual(header.split('|').map((part) => part.length));
  expect([count, ...rest]).toEqual(['(1 row)', '', '']);
  return row.split('|').map((cell) => cell.trim());
}

function expectSecondsOld(atMs: number): void {
  const ageMs = Date.now() - atMs;
  expect(ageMs).toBeGreaterThan(-1_000);
  expect(ageMs).toBeLessThan(30_000);
}

/** What a line of a log says of its own time, in milliseconds; the time of the line where it says nothing. */
function ownTime(line: string): number {
  const [, time = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
  const mosquitto = /^(\d{10}): /.exec(rest);
  if (mosquitto) return Number(mosquitto[1]) * 1000 + (Date.parse(time) % 1000);
  const redpanda = /^[A-Z]+ +(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) /.exec(rest);
  if (redpanda) return Date.parse(`${redpanda[1]}.${redpanda[2]}Z`);
  const postgres = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) UTC /.exec(rest);
  return Date.parse(postgres ? `${postgres[1]}Z` : time);
}

/** The status that a path of an HTTP server on the loopback is answered with. */
function status(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { connection: 'close' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
