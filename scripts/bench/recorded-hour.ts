import { randomUUID } from 'node:crypto';
import { mountApi } from '@/lib/api/mount';
import { resolveConfig } from '@/lib/autoscaling';
import { newSecret } from '@/lib/access/secret';
import { createLoadIngest } from '@/lib/loadgen/load-ingest';
import { closeRun } from '@/lib/runs/close-run';
import { Intake } from '@/lib/runs/intake';
import { Boards } from '@/lib/runs/boards';
import { localEngine } from '@/lib/runs/check-script';
import { RunManager } from '@/lib/runs/manager';
import { recordingOf, setRecording } from '@/lib/runs/recording';
import { Recorder } from '@/lib/runs/recorder';
import { getStore } from '@/lib/store/client';
import { leadRun } from '@/lib/store/lead-run';
import { insertRun, updateRun } from '@/lib/store/runs';
import { saveService } from '@/lib/store/services';
import { type Service } from '@/lib/model/run';
import { PushMaker } from './long-run';
import { assumed, withWords } from '@/lib/words/english';

/** A service that is only in the database. */
export async function registerShop(name: string): Promise<Service> {
  return saveService(await getStore(), { ...shop, name }, Date.now());
}

const shop: Omit<Service, 'id' | 'name'> = {
  namespace: 'default',
  gatewayUrl: 'http://127.0.0.1:9',
  host: 'shop.default.example.com',
  podSelector: 'serving.knative.dev/service=shop',
  containerConcurrency: 5,
  annotations: {
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/max-scale': '40',
  },
  gatewayMetricsUrl: null,
  gatewayCluster: null,
  kubeContext: null,
  concurrencyFrom: 'knative',
  origin: 'manual',
};

const podStartMs = 900;
const api = mountApi();

/** A cluster that follows the calculation a few seconds late, as far as a recorder sees it. */
class PlayedPods {
  private readonly pods: string[] = [];
  private made = 0;

  constructor(private readonly recorder: Recorder) {}

  scaleTo(replicas: number, atMs: number): void {
    while (this.pods.length < replicas) {
      const uid = randomUUID();
      this.pods.push(uid);
      const name = `shop-00001-deployment-${++this.made}`;
      for (const [afterMs, type, phase] of [
        [0, 'ADDED', 'pending'],
        [150, 'MODIFIED', 'starting'],
        [podStartMs, 'MODIFIED', 'ready'],
      ] as const)
        this.event(uid, name, atMs + afterMs, type, phase);
    }
    while (this.pods.length > replicas) {
      const uid = this.pods.pop()!;
      this.event(uid, uid, atMs, 'MODIFIED', 'terminating');
      this.event(uid, uid, atMs + 600, 'DELETED', 'gone');
    }
  }

  private event(
    uid: string,
    name: string,
    atMs: number,
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
    phase: 'pending' | 'starting' | 'ready' | 'terminating' | 'gone',
  ): void {
    this.recorder.pod({
      atMs,
      serverAtMs: null,
      type,
      uid,
      name,
      revision: 'shop-00001',
      phase,
      reason: null,
      resourceVersion: `${atMs}`,
    });
  }
}

/**
 * Records a long run as the dashboard records any: pushes through the ingest route itself, pods, concurrency and ticks
 * through the recorder, on a clock that does not wait; `alsoEachSecond` adds what else there is. The run's id is returned.
 */
export async function recordRun(
  seconds: number,
  requests: number,
  alsoEachSecond: (recorder: Recorder, atMs: number) => void = () => undefined,
): Promise<string> {
  const store = await getStore();
  const manager = new RunManager(store, localEngine());
  setRecording(recordingOf(manager, new Boards(store)));
  const id = randomUUID();
  const { secret, hash } = newSecret();
  const originMs = Date.now() - seconds * 1000 - 60_000;
  await insertRun(store, {
    id,
    ingestSecretHash: hash,
    createdAtMs: originMs,
    run: {
      name: 'soak on shop',
      service: await registerShop('shop'),
      scriptName: 'soak',
      scriptText: 'export default function () {}',
      env: {},
      options: {
        scenarios: {
          browse: { executor: 'ramping-arrival-rate', stages: [{ duration: `${seconds}s`, target: 3000 }] },
        },
      },
      tags: ['bench'],
    },
  });
  const { config, problems, assumptions } = resolveConfig({
    annotations: shop.annotations,
    containerConcurrency: shop.containerConcurrency,
    configMap: {},
  });
  const loadStartMs = 500;
  await leadRun(store, id, 'running', {
    originMs,
    loadStartMs,
    k6Version: 'v1.8.1',
    autoscaling: {
      config,
      problems: withWords(problems),
      ...assumed(assumptions),
      concurrencySource: 'gateway',
    },
  });

  let nowMs = originMs + loadStartMs;
  const recorder = new Recorder(store, id, originMs, (error) => {
    throw error;
  });
  const detach = manager.attach(id, new Intake(recorder, createLoadIngest(), { clock: () => nowMs }));
  recorder.startAnnotator(config, loadStartMs);
  const pods = new PlayedPods(recorder);
  const pushes = new PushMaker();
  // Ten waves, each with a spike: the load that asks for pods again and again.
  const shape = Array.from(
    { length: seconds },
    (_, s) => 1 + 0.6 * Math.sin((s / seconds) * 20 * Math.PI) + (s % 360 < 20 ? 1.4 : 0),
  );
  const sum = shape.reduce((a, b) => a + b, 0);
  let sent = 0;
  let reached = 0;
  for (const [s, level] of shape.entries()) {
    nowMs = originMs + loadStartMs + (s + 1) * 1000 + (s % 7);
    const atMs = recorder.toClock(nowMs);
    reached += (level / sum) * requests;
    const count = Math.round(reached) - sent;
    sent += count;
    const inFlight = level * 45;
    const waiting = s % 360 < 4 ? inFlight / 3 : 0;
    void recorder.concurrency({
      atMs: atMs - 40,
      source: 'gateway',
      active: inFlight - waiting,
      waiting,
      total: inFlight,
      instant: false,
    });
    if (s % 2 === 1) recorder.tick(atMs - 20);
    if (s % 3 === 2) pods.scaleTo(Math.ceil(((shape[s - 2] ?? level) * 45) / 5), atMs - 10);
    alsoEachSecond(recorder, atMs - 5);
    const body = pushes.push(nowMs, count, waiting > 0 ? 3 : 0.8 + level / 5, Math.ceil(inFlight));
    const answer = await api(
      new Request(`http://127.0.0.1/api/ingest/${id}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body,
      }),
    );
    if (answer.status !== 204)
      throw new Error(`the ingest route answered ${answer.status}: ${await answer.text()}`);
    if (s % 20 === 0) await recorder.flush();
  }
  await recorder.flush();
  detach();
  const endMs = recorder.toClock(nowMs) + 4000;
  await updateRun(store, id, { loadEndMs: recorder.toClock(nowMs) });
  await closeRun(store, id, endMs, { state: 'finished', stateReason: null });
  return id;
}
