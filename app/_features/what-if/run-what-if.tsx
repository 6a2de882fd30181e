'use client';

import { useMemo } from 'react';
import { draftOfAddress } from './draft';
import { WhatIfView } from './lazy-view';

/** The what-if of a run, with the settings of its address. */
export function RunWhatIf({ id, search }: { id: string; search: string }) {
  const source = useMemo(() => ({ kind: 'run' as const, id }), [id]);
  return <WhatIfView source={source} initial={draftOfAddress(search)} />;
}
