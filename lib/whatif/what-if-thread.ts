import { inThread } from '@/lib/threads/in-thread';
import { type WhatIfSettings } from '@/lib/whatif';
import { type RecordedDemand } from './recorded-demand';
import { demandOfFile, type GivenDemand, whatIf } from './replay-run';
import { type WhatIfFileRequest, type WhatIfResult } from './shapes';

/** A run's demand, or the text of a user's own. */
export type WhatIfWork = { recorded: RecordedDemand; settings: WhatIfSettings } | { file: WhatIfFileRequest };
/** A user's own demand, to be read only. */
export interface DemandWork {
  read: WhatIfFileRequest;
}

/** A worker thread: replays one demand through its own and a changed configuration, or reads one. */
inThread(async function* (work: WhatIfWork | DemandWork): AsyncGenerator<WhatIfResult | GivenDemand> {
  if ('read' in work) yield demandOfFile(work.read);
  else if ('file' in work) yield whatIf(demandOfFile(work.file), work.file.settings);
  else yield whatIf(work.recorded, work.settings);
});
