import { type IncidentPartName } from '@/lib/model/incident';

/** Colours of the parts of an incident and of a lag, in the order of time: they follow Okabe and Ito, and stand beside words everywhere. */
export const partLooks: Record<IncidentPartName, string> = {
  notice: 'bg-border-strong',
  climb: 'bg-[var(--data-p50)]',
  settings: 'bg-border-strong',
  decide: 'bg-data-decided',
  act: 'bg-[var(--data-waiting)]',
  answer: 'bg-[var(--data-waiting)]',
  schedule: 'bg-[var(--data-pending)]',
  pull: 'bg-[var(--data-server-error)]',
  init: 'bg-[var(--data-redirect)]',
  start: 'bg-[var(--data-starting)]',
  probe: 'bg-[var(--data-ready)]',
  unknown:
    'bg-[repeating-linear-gradient(45deg,var(--data-gap)_0_2px,transparent_2px_5px)] outline outline-1 -outline-offset-1 outline-[var(--data-gap)]',
  stop: 'bg-[var(--data-terminating)]',
  limit: 'bg-[var(--data-panic)]',
  drain: 'bg-[var(--data-waiting)] opacity-60',
};
