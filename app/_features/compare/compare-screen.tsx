'use client';

import { useState } from 'react';
import { apiCompareSource } from '@/app/_ui/data/compare-source';
import { CompareView } from './compare-view';

/** The comparison as the dashboard reads it. */
export function CompareScreen({ search }: { search: string }) {
  const [source] = useState(apiCompareSource);
  return <CompareView source={source} search={search} />;
}
