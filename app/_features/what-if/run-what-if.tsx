'use client';

import { useMemo, useState } from 'react';
import { draftOfAddress, revisionOfAddress } from './draft';
import { WhatIfView } from './lazy-view';

/** The what-if of a run, or of one of its revisions, with the settings of its address. */
export function RunWhatIf({ id, search }: { id: string; search: string }) {
  const [revision, setRevision] = useState(() => revisionOfAddress(search));
  const source = useMemo(() => ({ kind: 'run' as const, id, revision }), [id, revision]);
  return <WhatIfView source={source} initial={draftOfAddress(search)} onRevision={setRevision} />;
}
