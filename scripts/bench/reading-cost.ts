import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { ClockOffset } from '@/lib/cluster/clock-offset';
import { sampleGateway } from '@/lib/cluster/gateway-metrics';
import { watchPods } from '@/lib/cluster/watch-pods';
import { watchReports } from '@/lib/cluster/watch-reports';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { ControlPlane, haveParts } from '@/scripts/conformance/control-plane';
import { startEnvoy } from '@/scripts/conformance/envoy';
import { partPath } from '@/scripts/conformance/parts.mjs';
import { makePod, pods, shop } from '@/scripts/conformance/pods';
import { TcpProxy } from '@/scripts/conformance/tcp-proxy';
import { cpuOfTree } from './cpu';

/** The first questions, which find out how to ask, and the first lists are over by then (ms). */
const settledMs = 3000;

/** Each is measured so often, with us and without. */
const rounds = 2;

/** The load of our own reading on an Envoy of 1,000 clusters. */
export async function readGateway(seconds: number): Promise<void> {
  if (partPath(stateDirectory(), 'envoy') === null) {
    console.log('No Envoy is here: `npm run conformance` gets one.\n');
    return;
  }
  const named = (revision: string) => ({
    host: `${revision}.example.com`,
    cluster: `prod/${revision}`,
    port: 9,
  });
  const others = Array.from({ length: 1000 }, (_, n) => named(`other-${n}-00001`));
  const envoy = await startEnvoy([named('shop-00001'), ...others]);
  try {
    const shares: Record<'alone' | 'read', number[]> = { alone: [], read: [] };
    const shareOf = async (whose: keyof typeof shares): Promise<void> => {
      const before = cpuOfTree(envoy.pid).own;
      await pause((seconds * 1000) / rounds);
      shares[whose].push((cpuOfTree(envoy.pid).own - before) / (seconds / rounds));
    };
    let readings = 0;
    for (let round = 0; round < rounds; round++) {
      await shareOf('alone');
      let isSettled = false;
      const sampler = sampleGateway({
        metricsUrl: envoy.metricsUrl,
        service: () => ({
          name: 'shop',
          namespace: 'prod',
          host: null,
          cluster: null,
          revisions: new Set(['shop-00001']),
        }),
        intervalMs: 100,
        onReading: () => (readings += isSettled ? 1 : 0),
        onSecond: () => undefined,
        onFailure: () => undefined,
      });
      await pause(settledMs);
      isSettled = true;
      await shareOf('read');
      sampler.stop();
    }
    const differences = shares.read.map((share, round) => percent(share - shares.alone[round]!));
    console.log(
      `| a real Envoy of 1,000 clusters, ${seconds} s each way, ${(readings / seconds).toFixed(2)} readings/s | |\n| --- | ---: |`,
    );
    for (const [name, value] of [
      ['its share of a core, nobody reading (%)', mean(shares.alone.map(percent)).toFixed(2)],
      ['its share of a core, read by us (%)', mean(shares.read.map(percent)).toFixed(2)],
      ['ours of it (%)', beyondNoise(differences)],
    ])
      console.log(`| ${name} | ${value} |`);
    console.log('');
  } finally {
    await envoy.close();
  }
}

/** Pods that are there before, and those that come meanwhile. */
const standing = 100;

/**
 * The load of our watches on a real API server, with pods and Events coming at a rate (a second): the same with nobody
 * who watches is measured in turns with it.
 */
export async function readApiServer(seconds: number, rates: { pods: number; events: number }): Promise<void> {
  if (!haveParts('etcd', 'kube-apiserver', 'openssl')) {
    console.log('No API server is here: `npm run conformance` gets one.\n');
    return;
  }
  const plane = await ControlPlane.start();
  const proxy = await TcpProxy.to(plane.port);
  try {
    await plane.install(join(projectRoot(), 'testdata', 'crds'));
    for (let n = 0; n < standing; n++) await makePod(plane, `standing-${n}`, 'shop', 'ready');
    const change = changes(plane, rates);
    const alone: Load[] = [];
    const watched: Load[] = [];
    let bytes = 0;
    const loadOf = async (work: () => Promise<void>): Promise<Load> => {
      const before = { cpu: cpuOf(plane), requests: await requestsOf(plane) };
      await work();
      return { cpu: cpuOf(plane) - before.cpu, requests: (await requestsOf(plane)) - before.requests };
    };
    const roundSeconds = seconds / rounds;
    for (let round = 0; round < rounds; round++) {
      alone.push(await loadOf(() => change(roundSeconds)));
      const stop = observe(plane, proxy);
      await change(settledMs / 1000);
      const began = proxy.bytes;
      watched.push(await loadOf(() => change(roundSeconds)));
      bytes += proxy.bytes - began;
      stop();
    }
    const each = (loads: readonly Load[], of: keyof Load): number[] =>
      loads.map((load) => load[of] / roundSeconds);
    const ours = (of: keyof Load): number[] =>
      each(watched, of).map((value, round) => value - each(alone, of)[round]!);
    const rows: [string, string][] = [
      ['our requests/s, beside watches that stay open', beyondNoise(ours('requests'))],
      ['our bytes/s (TLS, both ways)', (bytes / seconds).toFixed(0)],
      ['its share of a core, nobody watching (%)', mean(each(alone, 'cpu').map(percent)).toFixed(2)],
      ['its share of a core, watched by us (%)', mean(each(watched, 'cpu').map(percent)).toFixed(2)],
      ['ours of it (%)', beyondNoise(ours('cpu').map(percent))],
    ];
    console.log(
      `| a real API server, ${seconds} s each way, ${rates.pods.toFixed(2)} pods/s and ${rates.events.toFixed(1)} Events/s | |\n| --- | ---: |`,
    );
    for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
    console.log('');
  } finally {
    proxy.close();
    await plane.close();
  }
}

/** What an API server had to do in a while: CPU (s), and requests. */
interface Load {
  cpu: number;
  requests: number;
}

const percent = (share: number): number => share * 100;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the rounds' differences come to: its own work differs from round to round, and nobody asks less than nothing. */
function beyondNoise(differences: readonly number[]): string {
  const [least, most] = [Math.min(...differences), Math.max(...differences)];
  return `${Math.max(0, mean(differences)).toFixed(2)} (rounds: ${least.toFixed(2)} to ${most.toFixed(2)})`;
}

/** As a run observes its service; the function returned ends it. */
function observe(plane: ControlPlane, proxy: TcpProxy): () => void {
  const config = plane.config({ port: proxy.port });
  const clock = new ClockOffset();
  const watch = watchPods({
    config,
    namespace: 'default',
    labelSelector: shop.podSelector,
    onEvent: ({ uid, revision }) => reports.knowPod(uid, revision),
    onGapStart: () => undefined,
    onGapEnd: () => undefined,
    clock,
    onPod: (name, pod) => reports.seePod(name, pod),
    onStep: () => undefined,
  });
  const reports = watchReports({
    config,
    service: shop,
    clock,
    prometheus: null,
    onReport: () => undefined,
    onLost: () => undefined,
    onBack: () => undefined,
  });
  return () => {
    watch.stop();
    reports.stop();
  };
}

/** Makes pods that are ready at once and go a while later, each with its Events, for some seconds. */
function changes(
  plane: ControlPlane,
  rates: { pods: number; events: number },
): (seconds: number) => Promise<void> {
  let [pod, event] = [0, 0];
  return async (seconds) => {
    let [duePods, dueEvents] = [0, 0];
    const beganMs = performance.now();
    for (let second = 1; second <= seconds; second++) {
      for (duePods += rates.pods; duePods >= 1; duePods--) {
        await makePod(plane, `busy-${pod}`, 'shop', 'ready');
        if (pod >= 5) await plane.do('DELETE', `${pods}/busy-${pod - 5}`, { gracePeriodSeconds: 0 });
        pod++;
      }
      for (dueEvents += rates.events; dueEvents >= 1; dueEvents--) {
        const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
        await plane.do('POST', '/api/v1/namespaces/default/events', {
          metadata: { name: `busy.${event++}` },
          involvedObject: { kind: 'Pod', namespace: 'default', name: `standing-${event % standing}` },
          reason: 'Pulled',
          message: 'Successfully pulled image in 1.2s',
          type: 'Normal',
          count: 1,
          firstTimestamp: now,
          lastTimestamp: now,
        });
      }
      await pause(Math.max(0, beganMs + second * 1000 - performance.now()));
    }
  };
}

const cpuOf = (plane: ControlPlane): number => cpuOfTree(plane.apiPid).own;

/** How many requests the API server has had, the watches that ended among them. */
async function requestsOf(plane: ControlPlane): Promise<number> {
  const { body } = await plane.send('GET', '/metrics');
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith('apiserver_request_total{'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
