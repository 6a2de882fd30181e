import { defaultZeroThreshold } from './empty';
import { type ExponentialHistogram } from '@/lib/model/histogram';

/**
 * A histogram in few bytes, without loss. Layout: version (1); flags; schema (signed); [zero threshold, float64, unless
 * flagged as the default]; sum (float64); zero count; count; number of cells; then for each cell the step from the index
 * before (signed) and the count. Whole numbers are LEB128, signed ones zigzag; counts are float64 if any is not whole.
 */
export function encodeHistogram(histogram: ExponentialHistogram): Uint8Array {
  const { schema, zeroThreshold, zeroCount, count, sum, cells } = histogram;
  const whole =
    Number.isSafeInteger(zeroCount) &&
    Number.isSafeInteger(count) &&
    cells.every(([, n]) => Number.isSafeInteger(n));
  const writer = new Writer();
  writer.byte(version);
  writer.byte(
    (zeroThreshold === defaultZeroThreshold ? flags.defaultThreshold : 0) | (whole ? 0 : flags.floatCounts),
  );
  writer.signed(schema);
  if (zeroThreshold !== defaultZeroThreshold) writer.float(zeroThreshold);
  writer.float(sum);
  const writeCount = (n: number): void => (whole ? writer.unsigned(n) : writer.float(n));
  writeCount(zeroCount);
  writeCount(count);
  writer.unsigned(cells.length);
  let previous = 0;
  for (const [index, n] of cells) {
    writer.signed(index - previous);
    writeCount(n);
    previous = index;
  }
  return writer.bytes();
}

/** The histogram in these bytes. Throws HistogramFormatError if they are not `encodeHistogram`'s. */
export function decodeHistogram(bytes: Uint8Array): ExponentialHistogram {
  const reader = new Reader(bytes);
  const found = reader.byte();
  if (found !== version) throw new HistogramFormatError(`unknown version ${found}`);
  const flag = reader.byte();
  const schema = reader.signed();
  const zeroThreshold = flag & flags.defaultThreshold ? defaultZeroThreshold : reader.float();
  const sum = reader.float();
  const readCount = (): number => (flag & flags.floatCounts ? reader.float() : reader.unsigned());
  const zeroCount = readCount();
  const count = readCount();
  const cells: [number, number][] = [];
  let index = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    index += reader.signed();
    cells.push([index, readCount()]);
  }
  if (!reader.done) throw new HistogramFormatError('more bytes than one histogram has');
  return { schema, zeroThreshold, zeroCount, count, sum, cells };
}

/** Bytes that are not a histogram. */
export class HistogramFormatError extends Error {
  override name = 'HistogramFormatError';
}

const version = 1;
const flags = { defaultThreshold: 1, floatCounts: 2 } as const;

class Writer {
  private view = new DataView(new ArrayBuffer(128));
  private length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.view.setUint8(this.length++, value);
  }

  float(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  unsigned(value: number): void {
    let rest = value;
    // Division, not shifts: a count may need more than 32 bits.
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128);
    this.byte(rest);
  }

  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer.slice(0, this.length));
  }

  private reserve(size: number): void {
    if (this.length + size <= this.view.byteLength) return;
    const larger = new Uint8Array(this.view.byteLength * 2);
    larger.set(new Uint8Array(this.view.buffer));
    this.view = new DataView(larger.buffer);
  }
}

class Reader {
  private readonly view: DataView;
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.offset === this.view.byteLength;
  }

  byte(): number {
    this.need(1);
    return this.view.getUint8(this.offset++);
  }

  float(): number {
    this.need(8);
    const value = this.view.getFloat64(this.offset);
    this.offset += 8;
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte % 128) * factor;
      if (!Number.isSafeInteger(value)) throw new HistogramFormatError('a number too large');
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  private need(size: number): void {
    if (this.offset + size > this.view.byteLength)
      throw new HistogramFormatError('fewer bytes than one histogram has');
  }
}
