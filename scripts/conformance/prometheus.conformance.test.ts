import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClockOffset } from '@/lib/cluster/clock-offset';
import { followPrometheus, testPrometheus } from '@/lib/cluster/prometheus';
import { watchReports, type WatchedReport } from '@/lib/cluster/watch-reports';
import { type PrometheusServer } from '@/lib/model/prometheus';
import { startFakeProxy } from '@/lib/outgoing/fake-proxy';
import { english } from '@/lib/words/english';
import { Authority } from './certificates';
import { freePort, haveParts } from './control-plane';
import { startPrometheus, user } from './prometheus';

/** The two forms in which Knative's autoscaler and two activators have told of a revision, as their pods serve them. */
const texts = {
  'since Knative 1.19': (stable: number) => {
    const labels = (namespace: string, revision: string): string =>
      `{k8s_namespace_name="${namespace}",kn_configuration_name="shop",kn_revision_name="${revision}",kn_service_name="shop"}`;
    return [
      '# TYPE kn_revision_request_concurrency gauge',
      ...Object.entries({ a: 3, b: 4.5 }).map(
        ([pod, value]) =>
          `kn_revision_request_concurrency${labels('prod', 'shop-blue').replace('}', `,pod="${pod}"}`)} ${value}`,
      ),
      '# TYPE kn_revision_concurrency_stable gauge',
      `kn_revision_concurrency_stable${labels('prod', 'shop-blue')} ${stable}`,
      `kn_revision_concurrency_stable${labels('prod', 'cart-00001')} 99`,
      `kn_revision_concurrency_stable${labels('test', 'shop-blue')} 99`,
      ...Object.entries({
        concurrency_panic: 40,
        concurrency_target: 7,
        pods_desired: 6,
        panic_mode: 1,
        capacity_excess: -3,
      }).flatMap(([name, value]) => [
        `# TYPE kn_revision_${name} gauge`,
        `kn_revision_${name}${labels('prod', 'shop-blue')} ${value}`,
      ]),
    ];
  },
  before: (stable: number) => {
    const labels = (namespace: string, revision: string): string =>
      `{configuration_name="shop",namespace_name="${namespace}",revision_name="${revision}"}`;
    return [
      '# TYPE activator_request_concurrency gauge',
      ...Object.entries({ a: 3, b: 4.5 }).map(
        ([pod, value]) =>
          `activator_request_concurrency${labels('prod', 'shop-blue').replace('}', `,pod_name="${pod}"}`)} ${value}`,
      ),
      '# TYPE autoscaler_stable_request_concurrency gauge',
      `autoscaler_stable_request_concurrency${labels('prod', 'shop-blue')} ${stable}`,
      `autoscaler_stable_request_concurrency${labels('prod', 'cart-00001')} 99`,
      `autoscaler_stable_request_concurrency${labels('test', 'shop-blue')} 99`,
      ...Object.entries({
        panic_request_concurrency: 40,
        target_concurrency_per_pod: 7,
        desired_pods: 6,
        panic_mode: 1,
        excess_burst_capacity: -3,
      }).flatMap(([name, value]) => [
        `# TYPE autoscaler_${name} gauge`,
        `autoscaler_${name}${labels('prod', 'shop-blue')} ${value}`,
      ]),
    ];
  },
} as const;

describe.skipIf(!haveParts('prometheus', 'openssl'))('a real Prometheus', () => {
  let rows: readonly string[] = [];
  const autoscaler = createServer((_request, response) =>
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`${rows.join('\n')}\n`),
  );
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-prometheus-tls-'));
  const cleanUps: (() => unknown)[] = [];
  let open: PrometheusServer;
  let locked: PrometheusServer;
  beforeAll(async () => {
    await new Promise<void>((resolve) => autoscaler.listen(0, '127.0.0.1', resolve));
    const { port } = autoscaler.address() as AddressInfo;
    const authority = new Authority(folder, 'openssl');
    const plain = await startPrometheus(port);
    cleanUps.push(plain.close);
    const guarded = await startPrometheus(
      port,
      authority.sign('prometheus', '/CN=prometheus', ['IP:127.0.0.1', 'DNS:prometheus.example']),
    );
    cleanUps.push(guarded.close);
    open = { url: plain.url, auth: 'none', user: '', secret: '', ca: '' };
    locked = {
      url: `${guarded.url}/`,
      auth: 'basic',
      user: user.name,
      secret: user.password,
      ca: readFileSync(authority.certificate, 'utf8'),
    };
  }, 60_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
    autoscaler.closeAllConnections();
    autoscaler.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const why = async (server: PrometheusServer): Promise<string> => {
    const found = await testPrometheus(server);
    return found.why ? english(found.why) : '';
  };

  it('that scrapes no autoscaler says so, and what to let it scrape', async () => {
    rows = ['# TYPE go_goroutines gauge', 'go_goroutines 12'];
    expect(await why(open)).toMatch(/none of Knative’s.*port 9090/);
  });

  it.each(Object.entries(texts))(
    'gives what it scraped of a service’s revisions and of no other, in the names of %s',
    async (_when, text) => {
      rows = text(12);
      const seen: { stable: number | null; atMs: number }[] = [];
      const held: { revision: string; inFlight: number | null }[] = [];
      const { listed, stop } = followPrometheus({
        server: locked,
        namespace: 'prod',
        revisions: new Set(['shop-blue']),
        wantedSinceMs: () => 0,
        onReport: ({ revision, heldMs, stable, ...rest }, { atUnixMs, serverAtUnixMs }) => {
          expect(revision).toBe('shop-blue');
          expect(rest).toEqual({ panic: 40, target: 7, desired: 6, panicMode: 1, excess: -3 });
          expect(heldMs).toBeGreaterThan(0);
          expect(serverAtUnixMs).toBeLessThanOrEqual(atUnixMs + 1000);
          if (stable === 12) rows = text(20);
          seen.push({ stable, atMs: serverAtUnixMs });
        },
        onActivator: ({ revision, inFlight }) => held.push({ revision, inFlight }),
      });
      cleanUps.push(stop);
      await vi.waitFor(async () => expect(await why(locked)).toBe(''), { timeout: 20_000 });
      await listed;
      await vi.waitFor(() => expect(seen.at(-1)?.stable).toBe(20), { timeout: 30_000 });
      stop();
      // Those of several activators add up.
      expect(held.length).toBeGreaterThan(1);
      expect(held).toEqual(held.map(() => ({ revision: 'shop-blue', inFlight: 7.5 })));
      // Each scrape once, in order, and each second of its own.
      const times = seen.map(({ atMs }) => atMs);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(seen.filter(({ stable }) => stable === 12).length).toBeGreaterThan(1);
    },
    60_000,
  );

  it('counts the revisions that it knows, and how old the newest scrape is', async () => {
    rows = texts['since Knative 1.19'](1);
    await vi.waitFor(
      async () => {
        const found = await testPrometheus(open);
        expect(found).toMatchObject({ why: null, version: expect.stringMatching(/^\d+\.\d+/) as string });
        expect(found.revisions).toBeGreaterThan(0);
        expect(found.newestSeconds).toBeLessThan(60);
      },
      { timeout: 20_000 },
    );
  });

  it('is reached by the proxy that the environment names, its certificate looked at all the same', async () => {
    rows = texts['since Knative 1.19'](1);
    const { port } = new URL(locked.url);
    const proxy = await startFakeProxy(Number(port));
    cleanUps.push(proxy.close);
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    const behind = { ...locked, url: `https://prometheus.example:${port}/` };
    await vi.waitFor(async () => expect(await why(behind)).toBe(''), { timeout: 20_000 });
    expect(proxy.asked).toContain(`prometheus.example:${port}`);
    expect(await why({ ...behind, ca: '' })).toMatch(/not trusted/);
    expect(await why({ ...behind, url: `https://elsewhere.example:${port}/` })).toMatch(/not trusted/);
    vi.unstubAllEnvs();
  });

  it('that does not let us in, or is none, says what to do', async () => {
    expect(await why({ ...locked, ca: '' })).toMatch(/not trusted.*authority/);
    expect(await why({ ...locked, secret: 'wrong' })).toMatch(/401.*check the token/);
    expect(await why({ ...locked, auth: 'bearer' })).toMatch(/401/);
    expect(await why({ ...open, url: `${open.url}/graph` })).toMatch(/\/api\/v1\/query is below/);
    expect(await why({ ...open, url: `http://127.0.0.1:${await freePort()}` })).toMatch(/ECONNREFUSED/);
  });

  it('stands in for the autoscaler’s pod where that may not be asked, and is told by name where it cannot be', async () => {
    rows = texts['since Knative 1.19'](12);
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'none', server: `http://127.0.0.1:${await freePort()}`, skipTLSVerify: true },
      { name: 'none' },
    );
    const watch = (prometheus: PrometheusServer | null, onReport: (report: WatchedReport) => void) => {
      const reports = watchReports({
        config,
        service: {
          name: 'shop',
          namespace: 'prod',
          podSelector: '',
          annotations: {},
          containerConcurrency: 0,
        },
        clock: new ClockOffset(),
        prometheus,
        onReport,
        onLost: () => undefined,
        onBack: () => undefined,
      });
      cleanUps.push(reports.stop);
      reports.knowPod('1', 'shop-blue');
      return reports;
    };
    const told: WatchedReport[] = [];
    const unread = async (reports: ReturnType<typeof watch>): Promise<string> =>
      (await reports.unread).map(english).join('\n');
    const good = watch(open, (report) => told.push(report));
    // Whether it scrapes activators nobody can say before one has had a request.
    expect((await unread(good)).split('\n').filter((why) => /pods\/proxy|Prometheus/.test(why))).toEqual([
      expect.stringMatching(/an activator had in flight is not known.*Prometheus http.* stands in/),
    ]);
    await vi.waitFor(
      () => {
        expect(told).toContainEqual(expect.objectContaining({ kind: 'autoscaler', panic: 40 }));
        expect(told).toContainEqual(expect.objectContaining({ kind: 'activator', inFlight: 7.5 }));
      },
      {
        timeout: 30_000,
      },
    );
    good.stop();
    const bad = watch({ ...locked, secret: 'wrong' }, () => undefined);
    expect(await unread(bad)).toMatch(/pods\/proxy[^]*Prometheus https:.*401/);
    bad.stop();
    expect(await unread(watch(null, () => undefined))).toMatch(/pods\/proxy/);
  }, 60_000);
});
