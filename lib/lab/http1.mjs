// HTTP/1.1 as far as the lab's gateway and pods need it: where a message's head and body end. Plain JavaScript, since a
// pod starts without a compiler.

const endOfHead = Buffer.from('\r\n\r\n');
export const longestHead = 64 * 1024;

/**
 * A message's head.
 * @typedef {{ text: string; length: number }} Head `text`: without the empty line; `length`: bytes with it
 */

/**
 * The head at the beginning of these bytes; null while it has not come whole.
 * @param {Buffer} bytes
 * @returns {Head | null}
 */
export function headOf(bytes) {
  const end = bytes.indexOf(endOfHead);
  return end < 0 ? null : { text: bytes.toString('latin1', 0, end), length: end + endOfHead.length };
}

const transferEncoding = /\r\ntransfer-encoding:([^\r]*)/i;
const contentLength = /\r\ncontent-length:[ \t]*([^\r]*?)[ \t]*(?=\r|$)/gi;

/**
 * How a body ends, by its head: after so many bytes, with its last chunk (-1), or not by itself (null). Undefined where
 * the head contradicts itself: then nobody can tell where the next message begins.
 * @param {string} head
 * @returns {number | null | undefined}
 */
export function bodyOf(head) {
  const coding = transferEncoding.exec(head);
  const lengths = [...head.matchAll(contentLength)].map((match) => match[1] ?? '');
  if (coding) return lengths.length === 0 && /^[ \t]*chunked[ \t]*$/i.test(coding[1] ?? '') ? -1 : undefined;
  if (lengths.length === 0) return null;
  return lengths.length === 1 && /^\d{1,15}$/.test(lengths[0] ?? '') ? Number(lengths[0]) : undefined;
}

/** Follows a body through the pieces in which it comes. */
export class Body {
  /** @param {number | null} extent as `bodyOf` gives it; null: until the connection ends */
  constructor(extent) {
    this.chunked = extent === -1;
    /** Bytes still to come of the body, or of the chunk under way with the line break after it. */
    this.left = extent === null ? Infinity : this.chunked ? 0 : extent;
    this.done = extent === 0;
    /** What has come of a chunk's size line or of a trailer. */
    this.line = '';
    this.last = false;
    /** A chunk's size is none: the body cannot be followed any further. */
    this.broken = false;
  }

  /** Whether only the end of the connection ends it. */
  get untilClose() {
    return this.left === Infinity;
  }

  /**
   * How many of these bytes belong to the body.
   * @param {Buffer} bytes
   */
  take(bytes) {
    if (!this.chunked) {
      const taken = Math.min(bytes.length, this.left);
      this.left -= taken;
      this.done = this.left === 0;
      return taken;
    }
    let at = 0;
    while (at < bytes.length && !this.done && !this.broken) {
      if (this.left > 0) {
        const taken = Math.min(bytes.length - at, this.left);
        this.left -= taken;
        at += taken;
        continue;
      }
      const lineEnd = bytes.indexOf(10, at);
      this.line += bytes.toString('latin1', at, lineEnd < 0 ? bytes.length : lineEnd);
      if (this.line.length > longestHead) this.broken = true;
      if (lineEnd < 0) return bytes.length;
      at = lineEnd + 1;
      this.endLine();
    }
    return at;
  }

  endLine() {
    const line = this.line.replace(/\r$/, '');
    this.line = '';
    if (this.last) {
      // After the last chunk: trailers, then an empty line.
      this.done = line === '';
      return;
    }
    const size = /^[0-9a-f]{1,12}(?=$|[ \t;])/i.exec(line);
    if (!size) {
      this.broken = true;
      return;
    }
    const bytes = parseInt(size[0], 16);
    if (bytes === 0) this.last = true;
    else this.left = bytes + 2;
  }
}
