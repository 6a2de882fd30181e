'use client';

import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { remeasureEvent } from '@/app/_ui/print';
import { readTheme, type ChartTheme } from './theme';

/** The colours of data, read again when the theme changes; null until the browser has them. */
export function useChartTheme(): ChartTheme | null {
  const { resolvedTheme } = useTheme();
  const [theme, setTheme] = useState<ChartTheme | null>(null);
  useEffect(() => {
    // The class on <html> changes after next-themes has told of it.
    const frame = requestAnimationFrame(() => setTheme(readTheme()));
    return () => cancelAnimationFrame(frame);
  }, [resolvedTheme]);
  useEffect(() => {
    const read = (): void => flushSync(() => setTheme(readTheme()));
    window.addEventListener(remeasureEvent, read);
    return () => window.removeEventListener(remeasureEvent, read);
  }, []);
  return theme;
}
