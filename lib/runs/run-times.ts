/** How patient a run is. */
export interface RunTimes {
  /** How long pods are watched after the load, so that its last scale event is seen to its end. */
  observeAfterMs: number;
  /** How often lists are told how far the run is; its own page counts by itself. */
  progressMs: number;
  /** k6 pushes each second; more than this without a push is a gap. */
  pushSilenceMs: number;
  /** A push that is not on disk by then is answered as not stored: k6 goes on, and sends cumulative values again. */
  acknowledgeMs: number;
  /** A load of which nothing can be stored for so long is ended. */
  unwritableMs: number;
  /** A load that counts no more requests for so long, past its longest time, never ends. */
  overdueMs: number;
}

export const defaultTimes: RunTimes = {
  observeAfterMs: 4000,
  progressMs: 2000,
  pushSilenceMs: 3500,
  acknowledgeMs: 900,
  unwritableMs: 60_000,
  overdueMs: 30_000,
};
