const mebibyte = 2 ** 20;
const day = 86_400_000;

/**
 * How much is taken of what comes from outside: of a file, a push, a peer or a request. Each is some tens of times what
 * an honest sender needs; what is beyond is refused, and the refusal names the limit. docs/security.md says how each is
 * tested.
 */
export const limits = {
  /** A request's body that its contract says nothing more of. */
  request: { characters: 2_000_000 },
  /** One push of remote write: some 50 times what a run of 200 series pushes a second. */
  push: {
    bytes: 8_000_000,
    unpackedBytes: 64 * mebibyte,
    series: 50_000,
    /** Labels, samples, histograms and their buckets together: each becomes an object or a number of ours. */
    parts: 1_000_000,
    /** Series of a run that are kept apart; further ones of a metric are put together. */
    seriesOfRun: 2000,
    /** Series of a run whose totals are known. */
    knownSeries: 100_000,
  },
  /** A script's log: lines that are kept, what is shown of one, and what is read of one. */
  log: { lines: 20_000, shownCharacters: 8000, lineCharacters: mebibyte },
  /** A file of another tool. */
  file: {
    unpackedBytes: 16 * 1024 * mebibyte,
    lineCharacters: 1_000_000,
    /** From a file's first moment to its last. */
    spanMs: 7 * day,
    /** Of one request. */
    requestMs: day,
    /** The year 2100: no clock of a load test is later. */
    latestMs: Date.UTC(2100, 0),
    /** The size of a value; a sum of any number of them is one. */
    value: 1e30,
    metrics: 500,
    checks: 10_000,
    statuses: 1000,
    thresholds: 1000,
    tags: 64,
    /** Of a tag or a name; what is longer is cut. */
    nameCharacters: 2000,
    /** Values of seconds and series together. */
    points: 1_000_000,
    /** Trends' values that percentiles are exact by, of all metrics together: 8 bytes each. */
    exactValues: 16_000_000,
    /** A Fortio result has its buckets only, however long the run. */
    fortioCharacters: 20_000_000,
  },
  /** A demand for a what-if. */
  demand: {
    characters: 20_000_000,
    spanMs: 31 * day,
    /** Requests in flight, or a second. */
    value: 1e9,
    /** Least and most that a request takes. */
    serviceMs: [0.001, 3_600_000],
  },
} as const;
