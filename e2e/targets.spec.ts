import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TlsOptions } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { expect, type Locator, type Page } from '@playwright/test';
import { pack } from 'tar-stream';
import { stateDirectory } from '@/lib/environment/paths';
import { Authority, type Certified } from '@/lib/lab/certificates';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { apiOf, applyTutorial, untilEnded } from './api';
import { dashboardPort } from './ports';
import { test } from './test';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-e2e-targets-'));
const host = 'shop.default.example.com';
const servers: ReturnType<typeof createServer>[] = [];
let authority: Authority;
let ca = '';
let clients: [Certified, Certified];

test.beforeAll(async () => {
  authority = await Authority.open(folder);
  ca = readFileSync(authority.certificateFile, 'utf8');
  clients = [await authority.sign(['one'], { subject: 'one' }), await authority.sign(['two'])];
});
test.afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway over TLS that answers everything; its address. */
async function gateway(options: TlsOptions): Promise<string> {
  const server = createServer(options, (_, response) => response.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const field = (page: Page, name: string): Locator => page.locator(`#service-${name}`);
const refused = (page: Page, name: string): Locator => page.locator(`#service-${name}-error`);

test('what is wrong with a target is said at its field, with what to enter, and what was typed stays', async ({
  page,
}) => {
  await page.goto('/services');
  await page.getByRole('tab', { name: 'By hand' }).click();
  const typed = { name: 'typed-wrong', gatewayUrl: await gateway(clients[0]), host };
  for (const [name, value] of Object.entries(typed)) await field(page, name).fill(value);
  const tries: [name: string, wrong: string, said: string, right: string][] = [
    ['gatewayUrl', 'wss://127.0.0.1:4380', 'an http:// or https:// address', typed.gatewayUrl],
    ['gatewayUrl', '127.0.0.1:4380', 'an http:// or https:// address', typed.gatewayUrl],
    ['gatewayUrl', 'http://127.0.0.1:70000', 'a port from 1 to 65535', typed.gatewayUrl],
    ['gatewayUrl', 'https://me:secret@127.0.0.1', 'without user and password', typed.gatewayUrl],
    ['gatewayMetricsUrl', 'http://127.0.0.1:90909/metrics', 'a port from 1 to 65535', ''],
    ['host', '', 'the name by which the gateway routes', host],
    ['host', `https://${host}/cart`, 'the host name alone', host],
    ['containerConcurrency', 'five', 'a whole number', '5'],
    ['gatewayCa', 'my authority', 'certificates in PEM', ca],
    ['gatewayClient-certificate', clients[0].key, 'certificates in PEM', clients[0].cert],
    ['gatewayClient-key', '', 'a private key in PEM', clients[0].key],
    ['gatewayClient-key', clients[0].cert, 'a private key in PEM', clients[0].key],
    ['gatewayClient-key', clients[1].key, 'this one belongs to another', clients[0].key],
  ];
  for (const [name, wrong, said, right] of tries) {
    await field(page, name).fill(wrong);
    // A certificate without its key is one try, the key of another one the next.
    if (name === 'gatewayClient-certificate') await field(page, 'gatewayClient-key').fill(clients[0].key);
    await page.getByRole('button', { name: 'Register' }).click();
    await expect(refused(page, name), `${name}: ${wrong}`).toContainText(said);
    await expect(field(page, name)).toHaveValue(wrong);
    await expect(page.locator('[id^=service-][id$=-error]')).toHaveCount(1);
    await field(page, name).fill(right);
  }
  for (const [name, value] of Object.entries(typed)) await expect(field(page, name)).toHaveValue(value);
  await page.getByRole('button', { name: 'Register' }).click();
  await expect(page.getByText('typed-wrong is registered.', { exact: true })).toBeVisible();
});

test('a certificate that does not hold is told by the connection test, with what to do, and holds once that is done', async ({
  page,
  request,
}) => {
  const foreign = await Authority.open(mkdtempSync(join(folder, 'foreign-')));
  const asks = { ...(await authority.sign([host])), ca, requestCert: true };
  const tries: [name: string, at: TlsOptions, said: RegExp][] = [
    ['cert-expired', await authority.sign([host], { days: -2 }), /has expired .*: renew it at the gateway/],
    ['cert-early', await authority.sign([host], { inDays: 2 }), /is not valid before .*: check the clocks/],
    ['cert-name', await authority.sign(['other.example.com']), /for other\.example\.com, not for shop\./],
    ['cert-client', asks, /asks for a client certificate \(mTLS\).*“Edit”/],
    ['cert-foreign', await foreign.sign([host]), /signed by Scaletrace lab .*give its authority’s/],
  ];
  // Another try of this story finds the cards of the one before.
  const own = randomUUID().slice(0, 6);
  for (const [name, at] of tries)
    await apiOf(request)('POST /api/services', {
      body: { name: `${name}-${own}`, host, gatewayUrl: await gateway(at), gatewayCa: ca },
    });
  await page.goto('/services');
  const card = (name: string): Locator => page.locator(`[data-service=${name}-${own}]`);
  const tested = async (name: string): Promise<Locator> => {
    await card(name).getByRole('button', { name: 'Test connection' }).click();
    return card(name).locator('[data-check=tls]');
  };
  for (const [name, , said] of tries) {
    const check = await tested(name);
    await expect(check).toHaveAttribute('data-ok', 'false');
    await expect(check).toContainText(said);
  }
  const mended = async (name: string, values: Record<string, string>): Promise<void> => {
    await card(name).getByRole('button', { name: 'Edit' }).click();
    for (const [field, value] of Object.entries(values)) await page.locator(`#edit-${field}`).fill(value);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(await tested(name)).toHaveAttribute('data-ok', 'true');
  };
  await mended('cert-foreign', { gatewayCa: readFileSync(foreign.certificateFile, 'utf8') });
  await mended('cert-client', {
    'gatewayClient-certificate': clients[0].cert,
    'gatewayClient-key': clients[0].key,
  });
});

test('an upload that cannot be taken says why and what to choose instead, and the form stays as it was', async ({
  page,
  request,
}) => {
  await applyTutorial(request, 'uploads');
  await page.goto('/runs/new');
  await page.getByLabel('Name of the run').fill('kept');
  const choose = page.getByLabel('Upload files', { exact: true });
  const main = 'export default function () {}';
  const tries: [name: string, content: Buffer, said: string][] = [
    ['load.tar', Buffer.from('this is no tar'), 'a plain tar (not packed by gzip or zip)'],
    ['load.tar.gz', gzipSync(await tarOf({ 'main.ts': main })), 'a plain tar (not packed by gzip or zip)'],
    ['load.zip', Buffer.from('PK'), 'a plain tar (not packed by gzip or zip)'],
    [
      'load.tar',
      await tarOf({ '../main.ts': main, 'z.ts': '' }),
      '“../main.ts” cannot be taken: its path leads out',
    ],
    ['load.tar', await tarOf({ 'users.csv': 'anna' }), 'one must end in .ts or .js'],
  ];
  for (const [name, buffer, said] of tries) {
    await choose.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await expect(page.getByRole('main').getByRole('alert').filter({ hasText: said })).toBeVisible();
    await expect(page.getByLabel('Name of the run')).toHaveValue('kept');
    await expect(page.locator('[data-script-files]')).toHaveCount(0);
  }
  // What can be taken, but not parsed: told at the file and line where it is.
  const buffer = await tarOf({
    'main.js':
      "import grpc from 'k6/net/grpc';\nconst client = new grpc.Client();\nclient.load([], 'api.proto');\nexport default function () {}",
    'api.proto': 'syntax = "proto3";\nmessage Broken {\n  string = 1;\n}\n',
  });
  await choose.setInputFiles({ name: 'load.tar', mimeType: 'application/x-tar', buffer });
  const told = page.locator('[data-editor-problems]');
  await expect(told).toContainText('api.proto');
  await expect(told).toContainText('Line 3');
  await expect(page.getByLabel('Name of the run')).toHaveValue('kept');
});

test('an archive that k6 made is taken with its options and variables, which the page tells, and is run', async ({
  page,
  request,
}) => {
  await applyTutorial(request, 'archived');
  const at = join(mkdtempSync(join(folder, 'archive-')), 'main.js');
  writeFileSync(
    at,
    `import http from 'k6/http';
export const options = { vus: 2, iterations: Number(__ENV.COUNT) };
export default function () { http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST } }); }`,
  );
  const tar = `${at}.tar`;
  const { path } = await findK6({ stateDir: stateDirectory() });
  execFileSync(path, ['archive', '-q', '-O', tar, '-e', 'COUNT=6', '-e', 'TARGET_URL=http://elsewhere', at]);
  await page.goto('/runs/new');
  await page.getByLabel('Service', { exact: true }).selectOption({ label: 'default/archived' });
  await page.getByLabel('Upload files', { exact: true }).setInputFiles(tar);
  const note = page.locator('[data-archive]');
  await expect(note).toContainText('Its options are in archive-options.js');
  await expect(note).toContainText('Its variables are under “More environment”: COUNT.');
  await expect(note).toContainText(
    'Not taken, since the service gives them or k6 itself acts on them: TARGET_URL.',
  );
  await expect(page.getByText('k6 accepts this script.')).toBeVisible();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  const { state, figures, service } = await untilEnded(request, page.url().split('/').at(-1)!);
  expect({ state, requests: figures.requests, failures: figures.failures, of: service.name }).toEqual({
    state: 'finished',
    requests: 6,
    failures: 0,
    of: 'archived',
  });
});

test('a gRPC server without reflection, and one whose streams never end, are told on the run’s page with what to do', async ({
  page,
  request,
}) => {
  const definition = loadSync('loadtests/grpc-proto/ping.proto');
  const methods = {
    ping: (_: unknown, answer: (error: null, value: object) => void) => answer(null, { msg: 'pong' }),
    pingTimes: (call: { write(value: object): void }) => call.write({ msg: 'and then nothing' }),
  };
  const tries: [reflects: boolean, said: string][] = [
    [false, 'take the script grpc-proto'],
    [true, 'some answers did not come to their end within the script’s time: look in the service’s log'],
  ];
  for (const [reflects, said] of tries) {
    const server = new Server();
    server.addService(definition['ping.PingService'] as ServiceDefinition, methods);
    if (reflects) new ReflectionService(definition).addToServer(server);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    try {
      const { service } = await apiOf(request)('POST /api/services', {
        body: { name: 'grpc-faulty', host: 'grpc.example.com', gatewayUrl: `http://127.0.0.1:${port}` },
      });
      const env = { VUS: '1', STREAMS: '1', DURATION: '2s', TIMEOUT: '1s' };
      const { run } = await apiOf(request)('POST /api/runs', {
        body: { serviceId: service.id, scriptName: 'grpc', env },
      });
      await untilEnded(request, run.id);
      await page.goto(`/runs/${run.id}`);
      await expect(page.getByRole('main')).toContainText(said);
    } finally {
      server.forceShutdown();
    }
  }
});

test('the names and the gateway that the cluster offers are chosen in the form, and a run comes through by each', async ({
  page,
  request,
}) => {
  const shop = readFileSync('deploy/helloworld-go.yaml', 'utf8').replace(
    /name: helloworld-go$/m,
    'name: offered',
  );
  const yaml = `${shop.trimEnd()}
          readinessProbe:
            initialDelaySeconds: 1
            tcpSocket: {}
  traffic:
    - latestRevision: true
      percent: 100
      tag: blue
`;
  const { service } = await apiOf(request)('POST /api/services/apply', { body: { yaml } });
  const mapped = await request.fetch(
    `http://127.0.0.1:${dashboardPort + 2}/apis/serving.knative.dev/v1beta1/namespaces/default/domainmappings`,
    {
      method: 'POST',
      data: {
        apiVersion: 'serving.knative.dev/v1beta1',
        kind: 'DomainMapping',
        metadata: { name: 'offered.example.org' },
        spec: { ref: { kind: 'Service', apiVersion: 'serving.knative.dev/v1', name: 'offered' } },
      },
    },
  );
  // Another try of this story finds it there.
  expect([201, 409]).toContain(mapped.status());
  await page.goto('/services');
  const details = page.locator('[data-service=offered] details').last();
  await details.locator('summary').click();
  await expect(details).toContainText(
    'is ready 1.0 s after its start at the earliest, by its readiness probe',
  );
  await page.getByRole('tab', { name: 'By hand' }).click();
  const offered = page.locator('[data-offered-targets]');
  for (const [host, kind] of [
    ['offered.default.example.com', 'its URL'],
    ['offered.example.org', 'DomainMapping'],
    ['blue-offered.default.example.com', 'tag blue'],
    ['offered.default.svc.cluster.local', 'within the cluster'],
  ] as const) {
    await field(page, 'name').fill('offered');
    await offered.getByRole('button', { name: 'Ask the cluster' }).click();
    await offered.getByRole('button', { name: `${host} ${kind}`, exact: true }).click();
    await expect(field(page, 'host')).toHaveValue(host);
    await offered.getByRole('button', { name: service.gatewayUrl }).click();
    await expect(field(page, 'gatewayUrl')).toHaveValue(service.gatewayUrl);
    await page.getByRole('button', { name: 'Register' }).click();
    await expect(field(page, 'host')).toHaveValue('');
    const { run } = await apiOf(request)('POST /api/runs', {
      body: { serviceId: service.id, scriptName: 'tutorial', env: { REQUESTS: '30', VUS: '2' } },
    });
    const ended = await untilEnded(request, run.id);
    expect([ended.service.host, ended.state, ended.figures.requests, ended.figures.failures]).toEqual([
      host,
      'finished',
      30,
      0,
    ]);
  }
});

/** A tar of these texts by their paths. */
async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}
