import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { addressesOf } from './allowed-addresses';
import { relayAddresses } from './cage/plan';
import { type LoadEnd, type LoadLogLine, type StopMode } from './engine';
import { describeExit } from './exit-codes';
import { K6Api, type K6Stage } from './k6-api';
import { startK6, type K6Exit, type K6Process, type K6Start } from './k6-process';
import { type LoadIngest } from './load-ingest';
import { mergeSummaries } from './merge-summaries';
import { message, messageOfError, type Message } from '@/lib/model/message';

/** How often runners are asked how far they are. */
const lookMs = 200;

export interface LocalRunners {
  /** Of their k6s. */
  pids: number[];
  stop(this: void, mode: StopMode): void;
  /** Resolves when none is left; never rejects. */
  ended: Promise<LoadEnd>;
}

/**
 * Starts `count` k6s of this machine that share one load by execution segments, each in a cage and a folder of its own and
 * under a guard of its own. They begin together, once all have made their users and the first has run `setup()`, whose data
 * all get; `teardown()` is run once, when all have ended. Rejects, with none left, where one cannot be started.
 */
export async function startRunners(
  start: Omit<K6Start, 'runner'> & { count: number; pushes: LoadIngest },
): Promise<LocalRunners> {
  const { count, pushes, ...common } = start;
  const [address = '127.0.0.1'] = relayAddresses(await addressesOf(start.target.gatewayUrl));
  const apis: K6Api[] = [];
  const started = await Promise.allSettled(
    Array.from({ length: count }, async (_, i) => {
      const apiAddress = await freeAddress(address);
      apis[i] = new K6Api(apiAddress);
      const number = i + 1;
      return startK6({
        ...common,
        runner: { number, of: count, apiAddress },
        ingestUrl: `${start.ingestUrl}?runner=${number}`,
        workDir: join(/* turbopackIgnore: true */ start.workDir, `${number}`),
        onLog: (line) => start.onLog(ofRunner(line, number)),
      });
    }),
  );
  const processes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = started.find((one) => one.status === 'rejected');
  if (refused) {
    for (const k6 of processes) k6.kill();
    await Promise.all(processes.map(({ exited }) => exited));
    throw refused.reason;
  }
  return new Group(
    processes.map((k6, i) => ({ number: i + 1, k6, api: apis[i]!, exit: null })),
    pushes,
    start.onLog,
  );
}

interface Runner {
  number: number;
  k6: K6Process;
  api: K6Api;
  /** Null: it has not ended. */
  exit: K6Exit | null;
}

class Group implements LocalRunners {
  readonly ended: Promise<LoadEnd>;
  private readonly stopping = new AbortController();
  /** What is waited for no longer: a `setup()` or `teardown()`. */
  private readonly killing = new AbortController();
  /** What went wrong in none of the runners alone. */
  private failure: Message | null = null;
  /** They are told to end: no end is a surprise any more. */
  private isOver = false;

  constructor(
    private readonly runners: readonly Runner[],
    private readonly pushes: LoadIngest,
    private readonly onLog: (line: LoadLogLine) => void,
  ) {
    for (const runner of runners)
      void runner.k6.exited.then((exit) => {
        runner.exit = exit;
        if (this.isOver) return;
        const cause = exit.reason ?? message('reasons.runner-left');
        this.say('error', this.nameOf(runner, cause));
      });
    this.ended = this.run().then(() => this.end());
  }

  get pids(): number[] {
    return this.runners.map(({ k6 }) => k6.pid);
  }

  readonly stop = (mode: StopMode): void => {
    this.stopping.abort();
    if (mode === 'graceful') {
      // One that does not answer is asked by a signal.
      for (const { api, k6 } of this.living) api.stop().catch(() => k6.stop());
      return;
    }
    this.isOver = true;
    this.killing.abort();
    for (const { k6 } of this.living) k6.kill();
  };

  private get living(): Runner[] {
    return this.runners.filter(({ exit }) => exit === null);
  }

  /** Leads them from their start to their end; all have been told to end afterwards. */
  private async run(): Promise<void> {
    const isReady = await this.wait((stage) => stage !== 'starting', true);
    if (isReady && (await this.begin())) {
      await this.wait((stage) => stage === 'ended' || stage === 'interrupted', false);
      await this.tearDown();
    }
    this.isOver = true;
    for (const { k6 } of this.living) k6.stop();
    await Promise.all(this.runners.map(({ k6 }) => k6.exited));
  }

  /** Runs `setup()` in the first and has all begin; false where that could not be. */
  private async begin(): Promise<boolean> {
    const [first, ...others] = this.living;
    if (!first || this.stopping.signal.aborted) return false;
    try {
      const data = await first.api.setup(AbortSignal.any([this.stopping.signal, this.killing.signal]));
      if (data !== null) await Promise.all(others.map(({ api }) => api.giveSetupData(data)));
      if (this.stopping.signal.aborted) return false;
      await Promise.all(this.living.map(({ api }) => api.resume()));
      return true;
    } catch (error) {
      if (!this.stopping.signal.aborted) this.failure = scriptThrew('setup', error);
      return false;
    }
  }

  private async tearDown(): Promise<void> {
    const [one] = this.living;
    if (!one) return;
    try {
      await one.api.teardown(this.killing.signal);
    } catch (error) {
      if (!this.killing.signal.aborted) this.failure = scriptThrew('teardown', error);
    }
  }

  /**
   * Waits until all that live are so far; true then. One that its script ended ends all. `needsAll`: false as soon as one
   * has ended, or all are to stop.
   */
  private async wait(isThere: (stage: K6Stage) => boolean, needsAll: boolean): Promise<boolean> {
    for (;;) {
      const { living } = this;
      if (needsAll && (living.length < this.runners.length || this.stopping.signal.aborted)) return false;
      if (living.length === 0) return false;
      const stages = await Promise.all(
        // One that does not answer is on its way up, or down.
        living.map(({ api }) => api.stage().catch((): K6Stage => 'starting')),
      );
      if (stages.every(isThere)) return true;
      if (stages.includes('interrupted') && !this.stopping.signal.aborted) this.stop('graceful');
      await pause(lookMs);
    }
  }

  private async end(): Promise<LoadEnd> {
    const exits = await Promise.all(this.runners.map(({ k6 }) => k6.exited));
    const summaries = exits.flatMap(({ summary }) => summary ?? []);
    const broken = this.runners.filter(
      ({ exit }) => exit?.outcome === 'failed' || exit?.outcome === 'killed',
    );
    const [first] = broken;
    const cause = first?.exit?.reason ?? exits.find(({ outcome }) => outcome === 'stopped')?.reason ?? null;
    const isOne = first !== undefined && broken.length < this.runners.length;
    const reason = this.failure ?? (cause && isOne ? this.nameOf(first, cause) : cause);
    return {
      state: reason === null ? 'finished' : 'failed',
      reason,
      // Of a load of which a part is missing, a total would be none.
      summary: summaries.length === exits.length ? mergeSummaries(summaries, this.pushes.allValues()) : null,
      artefacts: exits.flatMap(({ artefacts }, i) =>
        artefacts.map((made) => ({ ...made, name: `runner-${i + 1}-${made.name}` })),
      ),
    };
  }

  private nameOf({ number }: Runner, cause: Message): Message {
    return message('reasons.of-runner', { runner: number, of: this.runners.length, cause });
  }

  private say(level: string, text: Message): void {
    this.onLog({ atUnixMs: Date.now(), level, text });
  }
}

/** As k6 itself ends where the script's `setup()` or `teardown()` throws, or takes longer than it may. */
function scriptThrew(what: 'setup' | 'teardown', error: unknown): Message {
  const cause = messageOfError(error);
  const isLate = error instanceof Error && /timed out/i.test(error.message);
  const code = isLate ? (what === 'setup' ? 100 : 101) : 107;
  return message('reasons.with-cause', { reason: describeExit(code, null).reason!, cause });
}

function ofRunner(line: LoadLogLine, number: number): LoadLogLine {
  const { text } = line;
  return {
    ...line,
    text:
      typeof text === 'string'
        ? `[${number}] ${text}`
        : message('reasons.runner-said', { runner: number, said: text }),
  };
}

/** A port of this address that nobody has: another program that takes it meanwhile is told by k6's end. */
export function freeAddress(address: string): Promise<string> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`));
    });
  });
}
