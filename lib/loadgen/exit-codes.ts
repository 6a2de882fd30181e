import { message, type Message } from '@/lib/model/message';

/** How a k6 process ended. */
export type K6Outcome =
  | 'finished'
  /** The test ran to its end, or was ended by a threshold, and thresholds were crossed. */
  | 'thresholds-failed'
  /** Ended by a signal or by request, with its teardown. */
  | 'stopped'
  /** Killed: no teardown, no summary. */
  | 'killed'
  | 'failed';

const meanings: Record<number, [K6Outcome, Message]> = {
  97: ['failed', message('reasons.k6-cloud-failed')],
  98: ['failed', message('reasons.k6-cloud-progress-lost')],
  99: ['thresholds-failed', message('reasons.k6-thresholds-crossed')],
  100: ['failed', message('reasons.k6-setup-timeout')],
  101: ['failed', message('reasons.k6-teardown-timeout')],
  102: ['failed', message('reasons.k6-timeout')],
  103: ['stopped', message('reasons.k6-stopped-by-api')],
  104: ['failed', message('reasons.k6-options-invalid')],
  105: ['stopped', message('reasons.k6-signalled')],
  106: ['failed', message('reasons.k6-api-not-started')],
  107: ['failed', message('reasons.k6-script-threw')],
  108: ['failed', message('reasons.k6-script-aborted')],
  109: ['failed', message('reasons.k6-crashed')],
  110: ['failed', message('reasons.k6-script-failed')],
};

/** What an exit code of k6 or the signal that ended it means (k6's errext/exitcodes); null: it ended as it should. */
export function describeExit(
  code: number | null,
  signal: string | null,
): { outcome: K6Outcome; reason: Message | null } {
  if (signal !== null) return { outcome: 'killed', reason: message('reasons.k6-killed', { signal }) };
  if (code === 0) return { outcome: 'finished', reason: null };
  const [outcome, reason] = meanings[code ?? -1] ?? [
    'failed',
    message('reasons.k6-exit-code', { exitCode: `${code}` }),
  ];
  return { outcome, reason };
}
