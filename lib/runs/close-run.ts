import { type Store } from '@/lib/store/client';
import { readOverview } from '@/lib/store/overview';
import { closeAllGaps } from '@/lib/store/recording';
import { findRun, moveRun } from '@/lib/store/runs';
import { type RunState } from '@/lib/model/life';
import { type Message } from '@/lib/model/message';
import { type RunSummary } from '@/lib/model/run';
import { type Verdict } from '@/lib/model/verdict';
import { log } from '@/lib/telemetry/log.mjs';
import { english } from '@/lib/words/english';
import { endOfOverview, type Overview } from '@/lib/timeline/overview';
import { findService } from '@/lib/store/services';
import { addDelivery, readWebhook } from '@/lib/store/webhooks';
import { dropUnlessStanding, groundsOf, verdictOf, type Grounds } from '@/lib/judging/judge-run';
import { type Run } from '@/lib/model/run';
import { figuresOf, podsSparkOf } from './figures';

export interface RunEnd {
  state: RunState;
  /** Null for a clean end. */
  stateReason: Message | null;
  summary?: RunSummary | null;
}

/**
 * Ends a run with the figures of all that was recorded. `endMs` is its end on its own clock; null: its last row's time.
 * Throws MoveRefused where it has ended already.
 */
export async function closeRun(
  store: Store,
  id: string,
  endMs: number | null,
  { state, stateReason, summary = null }: RunEnd,
): Promise<void> {
  const run = await findRun(store, id);
  if (!run) return;
  const { overview } = await readOverview(store, id);
  const lastMs = endMs ?? endOfOverview(overview);
  await closeAllGaps(store, id, lastMs);
  const loadEndMs = run.loadEndMs ?? lastMs;
  const figures = figuresOf(overview, summary, run.loadStartMs ?? 0, loadEndMs);
  const gaps = overview.gaps.map((gap) => ({ ...gap, toMs: gap.toMs ?? lastMs }));
  const ended: Run = { ...run, state, loadEndMs, figures, summary, ...reasonOfEnd(stateReason) };
  // A piece of a board has no load, and no verdict. Before it has ended: a process that ends now leaves it to be sent.
  if (run.loadStartMs !== null || state !== 'finished') await tellWebhook(store, run);
  const judged = await judgedAtEnd(store, ended, { ...overview, gaps });
  await moveRun(store, id, state, {
    ...(endMs === null && run.loadStartMs !== null ? { loadEndMs } : {}),
    endedAtMs: (run.originMs ?? run.createdAtMs) + lastMs,
    ...figures,
    podsSpark: podsSparkOf(overview, lastMs),
    stateReason,
    summary,
    verdict: judged?.verdict ?? null,
    loadHandle: null,
  });
  if (judged)
    await dropUnlessStanding(store, run, judged.grounds).catch((error: unknown) =>
      log.error(error, `verdict of run ${id}`),
    );
}

/** Its verdict is to be sent, where its service has a webhook. That it cannot be noted is no reason not to end. */
async function tellWebhook(store: Store, { id, service }: Run): Promise<void> {
  try {
    if (readWebhook(service.id) && (await findService(store, service.id)))
      await addDelivery(store, { runId: id, serviceId: service.id }, Date.now());
  } catch (error) {
    log.error(error, `webhook of run ${id}`);
  }
}

function reasonOfEnd(
  reason: Message | null,
): Pick<Run, 'stateReason' | 'stateReasonCode' | 'stateReasonData'> {
  return {
    stateReason: reason && english(reason),
    stateReasonCode: reason && reason.code,
    stateReasonData: reason && reason.data,
  };
}

/** Null where it cannot be made now: it is made when it is first read. A piece of a board, which has no load, has none. */
async function judgedAtEnd(
  store: Store,
  run: Run,
  recording: Overview,
): Promise<{ verdict: Verdict; grounds: Grounds } | null> {
  if (run.state === 'finished' && run.loadStartMs === null) return null;
  try {
    const grounds = await groundsOf(store, run);
    return { verdict: await verdictOf(store, run, recording, grounds.asked), grounds };
  } catch (error) {
    log.error(error, `verdict of run ${run.id}`);
    return null;
  }
}
