import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';
import { z } from 'zod';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { limits } from '@/lib/model/limits';

/** One series of a remote-write request. Times are Unix ms by the sender's clock. */
export interface RemoteWriteSeries {
  labels: Record<string, string>;
  samples: { value: number; timestampMs: number }[];
  histograms: { histogram: ExponentialHistogram; timestampMs: number }[];
}

/** A request that is not remote write, or too large; `status` is the HTTP status that says so. */
export class InvalidPush extends Error {
  override name = 'InvalidPush';
  constructor(
    message: string,
    readonly status: 400 | 413 = 400,
  ) {
    super(message);
  }
}

/**
 * Decodes the body of a Prometheus remote-write 0.1.0 request: snappy (block format) of a protobuf `WriteRequest`, with
 * native histograms (integer counts, exponential buckets), within `limits.push`. Values below zero are counted in the zero bucket: k6's
 * times and sizes have none. Throws InvalidPush.
 */
export function decodeWriteRequest(body: Uint8Array): RemoteWriteSeries[] {
  atMost('bytes', body.length, limits.push.bytes);
  atMost('bytes uncompressed', uncompressedSize(body), limits.push.unpackedBytes);
  let decoded: unknown;
  try {
    const bytes = uncompressSync(Buffer.from(body.buffer, body.byteOffset, body.byteLength), {
      asBuffer: true,
    }) as Buffer;
    const { series, parts } = countParts(bytes);
    atMost('series', series, limits.push.series);
    atMost('labels, samples and buckets', parts, limits.push.parts);
    decoded = writeRequest.toObject(writeRequest.decode(bytes), {
      longs: Number,
      arrays: true,
      defaults: true,
    });
  } catch (error) {
    if (error instanceof InvalidPush) throw error;
    throw new InvalidPush(
      `The body is not a snappy-compressed WriteRequest: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const parsed = writeRequestSchema.safeParse(decoded);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidPush(`The WriteRequest is not valid: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  return parsed.data.timeseries.map(({ labels, samples, histograms }) => ({
    labels: Object.fromEntries(labels.map(({ name, value }) => [name, value])),
    samples: samples.map(({ value, timestamp }) => ({ value, timestampMs: timestamp })),
    histograms: histograms.map((histogram) => ({
      histogram: histogramOf(histogram),
      timestampMs: histogram.timestamp,
    })),
  }));
}

function atMost(what: string, found: number, most: number): void {
  if (found > most) throw new InvalidPush(`The body has ${found} ${what}; at most ${most} are taken.`, 413);
}

/** The messages within a message, by their fields' numbers; null: a packed list of numbers. */
interface Within {
  [field: number]: Within | null;
}
const parts: Within = { 1: {}, 2: {}, 4: { 9: null, 11: {}, 12: null } };

/**
 * What decoding would make objects and numbers of, counted before any is made: 16 million empty series pack into 1.5 MB.
 * Throws where the bytes are no protobuf.
 */
function countParts(bytes: Uint8Array): { series: number; parts: number } {
  const reader = protobuf.Reader.create(bytes);
  const countIn = (end: number, within: Within): number => {
    let count = 0;
    while (reader.pos < end) {
      const tag = reader.uint32();
      count++;
      const inner = (tag & 7) === 2 ? within[tag >>> 3] : undefined;
      if (inner === undefined) {
        reader.skipType(tag & 7);
        continue;
      }
      const length = reader.uint32();
      if (inner === null) {
        count += length;
        reader.skip(length);
      } else count += countIn(reader.pos + length, inner);
    }
    return count;
  };
  let series = 0;
  let found = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag !== 10) {
      reader.skipType(tag & 7);
      continue;
    }
    series++;
    const length = reader.uint32();
    found += countIn(reader.pos + length, parts);
    if (series > limits.push.series || found > limits.push.parts) break;
  }
  return { series, parts: found };
}

// The block format begins with the uncompressed size, so that a bomb is refused before it unfolds.
function uncompressedSize(body: Uint8Array): number {
  let size = 0;
  for (let i = 0, factor = 1; i < 5; i++, factor *= 128) {
    const byte = body[i];
    if (byte === undefined) break;
    size += (byte % 128) * factor;
    if (byte < 128) return size;
  }
  throw new InvalidPush('The body does not begin as snappy’s block format does.');
}

/** prompb's types.proto and remote.proto, as far as k6 sends them. */
const writeRequest = protobuf.Root.fromJSON({
  nested: {
    WriteRequest: { fields: { timeseries: { rule: 'repeated', type: 'TimeSeries', id: 1 } } },
    TimeSeries: {
      fields: {
        labels: { rule: 'repeated', type: 'Label', id: 1 },
        samples: { rule: 'repeated', type: 'Sample', id: 2 },
        histograms: { rule: 'repeated', type: 'Histogram', id: 4 },
      },
    },
    Label: { fields: { name: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Sample: { fields: { value: { type: 'double', id: 1 }, timestamp: { type: 'int64', id: 2 } } },
    BucketSpan: { fields: { offset: { type: 'sint32', id: 1 }, length: { type: 'uint32', id: 2 } } },
    Histogram: {
      fields: {
        countInt: { type: 'uint64', id: 1 },
        sum: { type: 'double', id: 3 },
        schema: { type: 'sint32', id: 4 },
        zeroThreshold: { type: 'double', id: 5 },
        zeroCountInt: { type: 'uint64', id: 6 },
        negativeDeltas: { rule: 'repeated', type: 'sint64', id: 9, options: { packed: true } },
        positiveSpans: { rule: 'repeated', type: 'BucketSpan', id: 11 },
        positiveDeltas: { rule: 'repeated', type: 'sint64', id: 12, options: { packed: true } },
        timestamp: { type: 'int64', id: 15 },
      },
    },
  },
}).lookupType('WriteRequest');

const sampleValue = z.custom<number>((value) => typeof value === 'number');
const whole = z.number().int().nonnegative();
const histogramMessageSchema = z.object({
  countInt: whole,
  sum: sampleValue,
  schema: z.number().int().min(-4).max(8),
  zeroThreshold: z.number().nonnegative(),
  zeroCountInt: whole,
  negativeDeltas: z.array(z.number().int()),
  positiveSpans: z.array(z.object({ offset: z.number().int(), length: whole })),
  positiveDeltas: z.array(z.number().int()),
  timestamp: z.number().int(),
});
const writeRequestSchema = z.object({
  timeseries: z
    .array(
      z.object({
        labels: z.array(z.object({ name: z.string().min(1).max(200), value: z.string().max(8192) })).max(64),
        // Not z.number(): it refuses NaN, which marks a series as stale.
        samples: z.array(z.object({ value: sampleValue, timestamp: z.number().int() })),
        histograms: z.array(histogramMessageSchema),
      }),
    )
    .max(limits.push.series),
});

/** A bucket's bounds are powers of two, and no number is larger or smaller than these. */
const furthestExponent = 1100;

function histogramOf(message: z.infer<typeof histogramMessageSchema>): ExponentialHistogram {
  const cells: [number, number][] = [];
  const deltas = message.positiveDeltas;
  let index = 0;
  let count = 0;
  let next = 0;
  const furthest = furthestExponent * 2 ** message.schema;
  for (const { offset, length } of message.positiveSpans) {
    index += offset;
    if (Math.abs(index) > furthest || index + length > furthest)
      throw new InvalidPush('A histogram has a bucket beyond what a number can be.');
    if (next + length > deltas.length)
      throw new InvalidPush('A histogram’s spans name more buckets than it has.');
    for (let i = 0; i < length; i++) {
      count += deltas[next++] ?? 0;
      if (count < 0) throw new InvalidPush('A histogram’s bucket has a count below zero.');
      if (count > 0) cells.push([index, count]);
      index++;
    }
  }
  if (next !== deltas.length) throw new InvalidPush('A histogram has more buckets than its spans name.');
  const { schema, zeroThreshold, countInt, zeroCountInt, sum } = message;
  return {
    schema,
    zeroThreshold,
    zeroCount: zeroCountInt + countOf(message.negativeDeltas),
    count: countInt,
    sum,
    cells,
  };
}

function countOf(deltas: readonly number[]): number {
  let bucket = 0;
  let total = 0;
  for (const delta of deltas) total += bucket += delta;
  return total;
}
