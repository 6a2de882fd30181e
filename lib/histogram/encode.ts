import { type ExponentialHistogram } from './shape';

const version = 1;

/**
 * A histogram as few bytes: version, schema, then the numbers as varints (whole counts, which k6's are; indexes as
 * zigzag differences), sum and threshold as float64. Throws a RangeError for a count that is not whole.
 */
export function encodeHistogram(h: ExponentialHistogram): Uint8Array {
  const bytes: number[] = [version, h.schema + 128];
  pushFloat(bytes, h.zeroThreshold);
  pushFloat(bytes, h.sum);
  pushVarint(bytes, h.zeroCount);
  pushVarint(bytes, h.count);
  pushVarint(bytes, h.cells.length);
  let previous = 0;
  for (const [index, count] of h.cells) {
    const step = index - previous;
    pushVarint(bytes, step < 0 ? -2 * step - 1 : 2 * step);
    pushVarint(bytes, count);
    previous = index;
  }
  return Uint8Array.from(bytes);
}

/** The histogram in these bytes. Throws a RangeError when they are not of `encodeHistogram`. */
export function decodeHistogram(bytes: Uint8Array): ExponentialHistogram {
  if (bytes[0] !== version || bytes.length < 18) throw new RangeError('not an encoded histogram');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 18;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('an encoded histogram ends early');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const zeroCount = varint();
  const count = varint();
  const length = varint();
  const cells: [number, number][] = [];
  let index = 0;
  for (let i = 0; i < length; i++) {
    const zigzag = varint();
    index += zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    cells.push([index, varint()]);
  }
  return { schema: bytes[1]! - 128, zeroThreshold: view.getFloat64(2), sum: view.getFloat64(10), zeroCount, count, cells };
}

function pushVarint(bytes: number[], value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a count must be whole and not negative: ${value}`);
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function pushFloat(bytes: number[], value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  for (let i = 0; i < 8; i++) bytes.push(view.getUint8(i));
}
