import { type ClusterReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample, type Decision, type RecordingGap } from '@/lib/model/recording';
import { type ClusterNote } from './cluster-notes';
import { type Span } from './cost';
import { type DecidedStep } from './decided';
import { type DurationSecond } from './durations';
import { type LagParts } from './lag-parts';
import { type LoadSignal } from './load-signal';
import { type Matching } from './match';
import { type PodWait } from './pod-waits';
import { type PodTimeline } from './pods';
import { type ExpectedScaleEvent, type ObservedScaleEvent, type PodLoss } from './scale-events';

/** What incidents are made from: a correlation's pieces. */
export interface IncidentInput {
  matching: Matching;
  expected: readonly ExpectedScaleEvent[];
  observed: readonly ObservedScaleEvent[];
  losses: readonly PodLoss[];
  pods: PodTimeline;
  decisions: readonly Decision[];
  concurrency: readonly ConcurrencySample[];
  seconds: readonly DurationSecond[];
  gaps: readonly RecordingGap[];
  reports: readonly ClusterReport[];
  decided: readonly DecidedStep[];
  decidedMs: Readonly<Record<string, number>>;
  lagParts: Readonly<Record<string, LagParts>>;
  waits: readonly PodWait[];
  notes: readonly ClusterNote[];
  /** When the load ran, and when k6 began it; null: not known, or no load of ours. */
  load: Span;
  loadStartMs: number | null;
  /** The end of what was recorded. */
  endMs: number;
}

/** The input with the load's signal, made once. */
export interface SignalledInput extends IncidentInput {
  signal: LoadSignal;
}
