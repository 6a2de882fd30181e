'use client';

import { useState } from 'react';
import { type Run } from '@/lib/model/run';
import { RunView } from './run-view';
import { shareSource } from '@/app/_ui/sharing/share-source';

/** A run as a link shows it. `search`: the view that the link was made with. */
export function SharedRun({ token, run, search }: { token: string; run: Run; search: string }) {
  const [source] = useState(() => shareSource(token));
  return <RunView run={run} search={search} source={source} />;
}
