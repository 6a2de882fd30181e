import { lanes } from '@/lib/threads/lanes';
import { runInThread } from '@/lib/threads/run-in-thread';
import { type GivenDemand } from './replay-run';
import { type WhatIfFileRequest, type WhatIfResult } from './shapes';
import { type DemandWork, type WhatIfWork } from './what-if-thread';

const bounds = { seconds: 60, heapMebibytes: 512 };

/** A what-if in a thread of its own, which `signal` ends. Throws a Problem. */
export function runWhatIf(work: WhatIfWork, signal: AbortSignal): Promise<WhatIfResult> {
  return inOwnThread(work, signal);
}

/** A user's own demand, read in a thread of its own. Throws a DemandFileError, as a Problem. */
export function readDemand(read: WhatIfFileRequest, signal: AbortSignal): Promise<GivenDemand> {
  return inOwnThread({ read }, signal);
}

async function inOwnThread<T>(input: WhatIfWork | DemandWork, signal: AbortSignal): Promise<T> {
  const file = 'lib/whatif/what-if-thread.ts';
  for await (const result of runInThread<T>({
    file,
    input: () => ({ data: input }),
    slots: lanes().short,
    signal,
    bounds,
  }))
    return result;
  throw new Error(`${file} gave nothing.`);
}
