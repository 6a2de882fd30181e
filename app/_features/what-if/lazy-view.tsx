'use client';

import dynamic from 'next/dynamic';
import { WaitingView } from './waiting-view';

/** The what-if's view; its charts need the browser, so the server sends its place. */
export const WhatIfView = dynamic(() => import('./what-if-view').then((module) => module.WhatIfView), {
  ssr: false,
  loading: () => <WaitingView />,
});
