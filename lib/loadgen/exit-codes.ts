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

const words: Record<number, [K6Outcome, string]> = {
  0: ['finished', 'finished'],
  97: ['failed', 'the cloud test run failed'],
  98: ['failed', 'k6 lost the progress of the cloud test'],
  99: ['thresholds-failed', 'thresholds were crossed'],
  100: ['failed', 'setup() took longer than setupTimeout'],
  101: ['failed', 'teardown() took longer than teardownTimeout'],
  102: ['failed', 'a time limit was exceeded'],
  103: ['stopped', 'stopped through k6’s REST API'],
  104: ['failed', 'the options are not valid'],
  105: ['stopped', 'stopped by a signal'],
  106: ['failed', 'k6’s REST API could not be started'],
  107: ['failed', 'the script threw an exception'],
  108: ['failed', 'the script called test.abort()'],
  109: ['failed', 'k6 itself crashed (Go panic)'],
  110: ['failed', 'the script called test.fail()'],
};

/** What an exit code of k6 or the signal that ended it means (k6's errext/exitcodes), in words. */
export function describeExit(
  code: number | null,
  signal: string | null,
): { outcome: K6Outcome; words: string } {
  if (signal !== null) return { outcome: 'killed', words: `k6 was killed (${signal})` };
  const [outcome, text] = words[code ?? -1] ?? ['failed', `k6 ended with exit code ${code}`];
  return { outcome, words: text };
}
