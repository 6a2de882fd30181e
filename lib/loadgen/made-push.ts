import { compressSync } from 'snappy';
import protobuf from 'protobufjs';

/** One series of a push that a test makes. */
export interface MadeSeries {
  labels: Record<string, string>;
  value?: number;
  histogram?: { count: number; sum: number; zeroCount?: number; spans: [number, number][]; deltas: number[] };
}

/**
 * A push, written by hand with protobufjs' writer, so that the decoder's own table of fields is checked against prompb's
 * numbers.
 */
export function madePush(series: MadeSeries[]): Uint8Array {
  const root = protobuf.Writer.create();
  for (const { labels, value, histogram } of series) {
    root.uint32(10).fork();
    for (const [name, text] of Object.entries(labels))
      root.uint32(10).fork().uint32(10).string(name).uint32(18).string(text).ldelim();
    if (value !== undefined)
      root.uint32(18).fork().uint32(9).double(value).uint32(16).int64(1_700_000_000_000).ldelim();
    if (histogram) {
      root
        .uint32(34)
        .fork()
        .uint32(8)
        .uint64(histogram.count)
        .uint32(25)
        .double(histogram.sum)
        .uint32(32)
        .sint32(3);
      root
        .uint32(41)
        .double(2 ** -128)
        .uint32(48)
        .uint64(histogram.zeroCount ?? 0);
      for (const [offset, length] of histogram.spans)
        root.uint32(90).fork().uint32(8).sint32(offset).uint32(16).uint32(length).ldelim();
      root.uint32(98).fork();
      for (const delta of histogram.deltas) root.sint64(delta);
      root.ldelim().uint32(120).int64(1_700_000_000_000).ldelim();
    }
    root.ldelim();
  }
  return compressSync(Buffer.from(root.finish()));
}

/** So many requests since the test began. */
export const madeRequests = (
  value: number,
  tags: Record<string, string> = { status: '200' },
): MadeSeries => ({
  labels: { __name__: 'k6_http_reqs_total', ...tags },
  value,
});
/** So many durations of about 20 ms since the test began, of which a bucket's count may differ. */
export const madeDurations = (
  count: number,
  cell: number,
  tags: Record<string, string> = { status: '200' },
): MadeSeries => ({
  labels: { __name__: 'k6_http_req_duration_seconds', ...tags },
  histogram: { count, sum: count * 0.02, spans: [[-45, 1]], deltas: [cell] },
});
