import { type KubeConfig } from '@kubernetes/client-node';
import { beginLines } from '@/lib/cluster/bounded-api';
import { pathOf } from '@/lib/cluster/resource';
import { runnerPods } from '@/lib/cluster/test-runs';
import { message, messageOfError, said, type Message } from '@/lib/model/message';
import { parseLogLine } from '@/lib/loadgen/k6-log';

/** What is read of a summary: one of thousands of metrics has some MB. */
const mostSummaryCharacters = 16 * 2 ** 20;

/** A line as k6 wrote it, of its log or on standard output. */
export interface RunnerLine {
  level: string;
  text: string | Message;
}

/**
 * A line of JSON that is written indented. Those of k6's own summary in text, which may come between, are none: also not
 * `{ expected_response:true }...: avg=5ms`.
 */
const jsonLine = /^(\}|\s+(".*|[{[][}\]]?,?|[}\]],?|-?\d[\d.eE+-]*,?|(true|false|null),?))$/;

/**
 * Tells a runner's log apart from the summary that k6 wrote into it: JSON on several lines, from `{` to `}`, while each
 * line of its log is an object by itself.
 */
export class RunnerOutput {
  private whole: string | null = null;
  private open: string[] | null = null;
  private characters = 0;

  /** What `--summary-export` wrote; null: nothing yet. Its last line has no end, which a log may leave out with it. */
  get summaryJson(): string | null {
    return this.whole ?? (this.open && [...this.open, '}'].join('\n'));
  }

  /** The next line: given back where it is none of the summary's. */
  take(line: string): RunnerLine | null {
    if (this.open === null && line === '{') {
      this.open = [line];
      this.characters = 0;
      return null;
    }
    if (this.open !== null && jsonLine.test(line)) {
      this.characters += line.length;
      if (this.characters <= mostSummaryCharacters) this.open.push(line);
      if (line === '}') {
        this.whole = this.open.join('\n');
        this.open = null;
      }
      return null;
    }
    if (line.trim() === '') return null;
    if (!line.startsWith('{')) return { level: 'summary', text: line };
    const { level, text } = parseLogLine(line);
    return { level, text };
  }
}

/**
 * Follows a pod's log from its beginning to its container's end. Resolves with what k6 wrote as its summary; what cannot
 * be read is told as a line, and never thrown.
 */
export async function followLog(
  config: KubeConfig,
  { namespace, pod, signal }: { namespace: string; pod: string; signal: AbortSignal },
  onLine: (line: RunnerLine) => void,
): Promise<string | null> {
  const output = new RunnerOutput();
  try {
    const answer = await beginLines(
      config,
      `${pathOf(runnerPods, namespace)}/${pod}/log`,
      { follow: 'true', container: 'k6' },
      { signal },
    );
    if ('refused' in answer) {
      const told = (answer.refused.body as { message?: string } | null)?.message;
      onLine({
        level: 'warning',
        text: message('reasons.runner-log-unread', {
          pod,
          namespace,
          cause: said(told ?? `HTTP ${answer.refused.status}`),
        }),
      });
      return null;
    }
    for await (const line of answer.lines) {
      const told = output.take(line);
      if (told) onLine(told);
    }
  } catch (error) {
    if (!signal.aborted)
      onLine({
        level: 'warning',
        text: message('reasons.runner-log-unread', { pod, namespace, cause: messageOfError(error) }),
      });
  }
  return output.summaryJson;
}
