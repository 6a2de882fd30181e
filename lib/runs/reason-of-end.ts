import { type LoadEnd } from '@/lib/loadgen/engine';
import { message, type Message } from '@/lib/model/message';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { tlsRefusal } from './check-tls';
import { type Intake } from './intake';
import { loadFiles } from './script-files';
import { whyNoneSucceeded, whyNotEnded } from './why-none';

/** What a gateway over TLS may take to shake hands, before and after a load. */
export const handshakeMs = 5000;

type Counted = Pick<Intake, 'totals' | 'failures' | 'hasOnlyOpenStreams'>;

/** What the run knows of its load besides. `lastError`: the last that k6 told of it. */
interface Known {
  isStopped: boolean;
  lastError: string | null;
}

/**
 * Why a load ended as it did, null where nothing is to be said; `found`: what of it is known by asking the gateway once
 * more or by how its requests failed, and not by k6.
 */
export async function reasonOfEnd(
  store: Store,
  run: Run,
  counted: Counted,
  end: Pick<LoadEnd, 'state' | 'reason'>,
  known: Known,
): Promise<{ reason: Message | null; found: Message | null }> {
  const none = await whyNone(store, run, counted, end, known);
  if (none) return { reason: none, found: none };
  const lost = counted.totals.failures > 0 ? await tlsRefusal(run.service, handshakeMs) : null;
  return {
    reason: end.reason ?? (lost && message('reasons.tls-during-run', { cause: lost.said })),
    found: lost && lost.said,
  };
}

/**
 * Why nothing of a load succeeded, or why what failed of it did; null: it is not known. A cluster's load has another way to
 * the gateway than the question that is asked from here.
 */
async function whyNone(
  store: Store,
  run: Run,
  { totals, failures, hasOnlyOpenStreams }: Counted,
  { state, reason }: Pick<LoadEnd, 'state' | 'reason'>,
  { isStopped, lastError }: Known,
): Promise<Message | null> {
  if (isStopped || run.operator || reason?.code === 'reasons.k6-crashed') return null;
  if (totals.failures < totals.requests)
    return reason?.code === 'reasons.k6-thresholds-crossed'
      ? whyNotEnded(failures, hasOnlyOpenStreams)
      : null;
  const script = { ...run, files: await loadFiles(store, run.files) };
  const cause = await whyNoneSucceeded(run.service, { script, failures, lastError }, handshakeMs);
  return cause && state === 'finished' ? message('reasons.none-succeeded', { cause }) : cause;
}
