import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';
import { type ExponentialHistogram } from '@/lib/histogram/shape';

/** A push that is not Prometheus remote write, or larger than is taken. */
export class InvalidPush extends Error {}

export interface PushedSeries {
  labels: Record<string, string>;
  samples: { value: number; atUnixMs: number }[];
  histograms: { histogram: ExponentialHistogram; atUnixMs: number }[];
}

const maxDecompressedBytes = 64_000_000;

// The part of Prometheus' prompb (types.proto, remote.proto) that k6 sends.
const writeRequest = protobuf.Root.fromJSON({
  nested: {
    WriteRequest: { fields: { timeseries: { rule: 'repeated', type: 'TimeSeries', id: 1 } } },
    TimeSeries: {
      fields: { labels: { rule: 'repeated', type: 'Label', id: 1 }, samples: { rule: 'repeated', type: 'Sample', id: 2 }, histograms: { rule: 'repeated', type: 'Histogram', id: 4 } },
    },
    Label: { fields: { name: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Sample: { fields: { value: { type: 'double', id: 1 }, timestamp: { type: 'int64', id: 2 } } },
    BucketSpan: { fields: { offset: { type: 'sint32', id: 1 }, length: { type: 'uint32', id: 2 } } },
    Histogram: {
      fields: {
        countInt: { type: 'uint64', id: 1 }, countFloat: { type: 'double', id: 2 }, sum: { type: 'double', id: 3 }, schema: { type: 'sint32', id: 4 },
        zeroThreshold: { type: 'double', id: 5 }, zeroCountInt: { type: 'uint64', id: 6 }, zeroCountFloat: { type: 'double', id: 7 },
        positiveSpans: { rule: 'repeated', type: 'BucketSpan', id: 11 }, positiveDeltas: { rule: 'repeated', type: 'sint64', id: 12 }, timestamp: { type: 'int64', id: 15 },
      },
    },
  },
}).lookupType('WriteRequest');

interface Decoded {
  timeseries?: {
    labels?: { name: string; value: string }[];
    samples?: { value: number; timestamp: number }[];
    histograms?: { countInt: number; sum: number; schema: number; zeroThreshold: number; zeroCountInt: number; positiveSpans?: { offset: number; length: number }[]; positiveDeltas?: number[]; timestamp: number }[];
  }[];
}

/** The series of one remote-write push (snappy, protobuf). Throws InvalidPush. */
export function decodePush(body: Uint8Array): PushedSeries[] {
  let decoded: Decoded;
  try {
    if (announcedLength(body) > maxDecompressedBytes) throw new InvalidPush(`A push may have at most ${maxDecompressedBytes} bytes when decompressed.`);
    const raw = uncompressSync(Buffer.from(body), { asBuffer: true });
    decoded = writeRequest.toObject(writeRequest.decode(raw as Buffer), { longs: Number, defaults: true, arrays: true }) as Decoded;
  } catch (error) {
    if (error instanceof InvalidPush) throw error;
    throw new InvalidPush(`Not a Prometheus remote write push: ${error instanceof Error ? error.message : String(error)}`);
  }
  return (decoded.timeseries ?? []).map((series) => ({
    labels: Object.fromEntries((series.labels ?? []).map((label) => [label.name, label.value])),
    samples: (series.samples ?? []).map((s) => ({ value: s.value, atUnixMs: s.timestamp })),
    histograms: (series.histograms ?? []).map((h) => ({
      atUnixMs: h.timestamp,
      histogram: { schema: h.schema, zeroThreshold: h.zeroThreshold, zeroCount: h.zeroCountInt, count: h.countInt, sum: h.sum, cells: cellsOf(h.positiveSpans ?? [], h.positiveDeltas ?? []) },
    })),
  }));
}

function cellsOf(spans: { offset: number; length: number }[], deltas: number[]): [number, number][] {
  const cells: [number, number][] = [];
  let index = 0;
  let count = 0;
  let next = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length; i++) {
      count += deltas[next++] ?? 0;
      if (count > 0) cells.push([index, count]);
      index++;
    }
  }
  return cells;
}

// Snappy's block format begins with the decompressed length: read before anything is allocated.
function announcedLength(body: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = body[i];
    if (byte === undefined) throw new InvalidPush('An empty push.');
    length += (byte & 127) * 128 ** i;
    if (byte < 128) return length;
  }
  throw new InvalidPush('Not snappy-compressed.');
}
