import { type ColdStart } from './cold-starts';
import { type Incident } from '@/lib/model/incident';
import { type RecordingGap } from '@/lib/model/recording';
import { type LagSentence, type SentencePlace } from './lag-story';
import { type RevisionSentence } from './revision-story';
import { type Message } from '@/lib/model/message';
import { type RequestUnit } from '@/lib/model/protocol';
import { type ThresholdUnit } from './threshold-message';
import { type ScenarioAsked } from './scenarios';
import { type UsageSentence } from './usage-story';

/** What the requests paid, as a sentence needs it. */
export interface PaidFor {
  /** What the requests are. */
  unit: RequestUnit;
  requests: number;
  /** Of them those that were slow, and p95 of these. */
  waited: number | null;
  waitedP95Ms: number | null;
  /** p95 of all. */
  p95Ms: number | null;
  steadyP95Ms: number | null;
}

/** One sentence of a run's story as data; `range` and `eventId` are its place in the charts. */
export type StorySentence = SentencePlace &
  /** `host`: null where an imported file does not say what was loaded. */
  (
    | { kind: 'asked'; script: string; service: string; host: string | null; scenarios: ScenarioAsked[] }
    | { kind: 'watched'; service: string; host: string | null }
    | UsageSentence
    | { kind: 'rules'; class: string; target: number; metric: string; minScale: number; maxScale: number }
    | {
        kind: 'load';
        /** What its requests are. */
        unit: RequestUnit;
        requests: number;
        failures: number | null;
        perSecond: number | null;
        p50Ms: number | null;
        p99Ms: number | null;
        peakReadyPods: number | null;
        /** Iterations that k6 broke off; left out where it did not say. */
        interrupted?: number;
      }
    | { kind: 'thresholds'; met: number; unclear: number; total: number }
    | { kind: 'threshold-unclear'; metric: string; source: string; why: Message }
    | {
        kind: 'threshold-crossed';
        metric: string;
        source: string;
        value: number | null;
        unit: ThresholdUnit;
      }
    | {
        kind: 'cold-start';
        atMs: number;
        lengthMs: number | null;
        unit: RequestUnit;
        requests: number;
        slowest: ColdStart['slowest'];
        /** How long it was is told by the incident then. */
        isInIncident: boolean;
      }
    | { kind: 'incident'; incident: Incident; unit: RequestUnit }
    | {
        kind: 'scaled-up';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        readyAfterMs: number | null;
        mostReady: number;
        paid: PaidFor | null;
      }
    | {
        kind: 'missed';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        mostReady: number;
        paid: PaidFor | null;
      }
    | {
        kind: 'scaled-down';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        goneAfterMs: number | null;
      }
    | { kind: 'kept'; dueMs: number; from: number; to: number }
    | { kind: 'unexpected'; atMs: number; steps: number; from: number; to: number }
    | {
        kind: 'lost';
        atMs: number;
        untilMs: number;
        pods: number;
        restarted: boolean;
        reason: string | null;
        readyAfterMs: number | null;
      }
    | {
        kind: 'gap';
        what: RecordingGap['what'];
        fromMs: number;
        toMs: number | null;
        reason: string | Message;
      }
    | { kind: 'no-scaling'; pods: number | null }
    | LagSentence
    | RevisionSentence
  );
