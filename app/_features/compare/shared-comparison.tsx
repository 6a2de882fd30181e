'use client';

import { useState } from 'react';
import { CompareView } from './compare-view';
import { shareCompareSource } from '@/app/_ui/sharing/share-source';

/** A comparison as a link shows it. */
export function SharedComparison({ token, title, search }: { token: string; title: string; search: string }) {
  const [source] = useState(() => shareCompareSource(token));
  return <CompareView source={source} search={search} {...(title === '' ? {} : { title })} />;
}
