import { encodingOf } from '@/lib/model/file-text';

/**
 * A file's text in pieces as they arrive: unpacked where it begins as gzip does (k6 writes `.json.gz` and `.csv.gz`, and
 * parts that were put together), decoded as its byte order mark says (Windows PowerShell's `>` writes UTF-16), else as
 * UTF-8. `onBytes` hears of each piece's unpacked length.
 */
export async function* readText(
  file: ReadableStream<Uint8Array>,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<string, void> {
  let decoder: TextDecoder | null = null;
  let held = new Uint8Array();
  for await (const chunk of await unpacked(file)) {
    onBytes(chunk.byteLength);
    if (decoder) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    held = joined(held, chunk);
    if (held.length < 2) continue;
    // It leaves the byte order mark out.
    decoder = new TextDecoder(encodingOf(held));
    yield decoder.decode(held, { stream: true });
  }
  decoder ??= new TextDecoder();
  yield decoder.decode(held.length < 2 ? held : undefined);
}

async function unpacked(file: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = file.getReader();
  let first = new Uint8Array();
  let ended = false;
  while (first.length < 2 && !ended) {
    const { done, value } = await reader.read();
    ended = done;
    if (value) first = joined(first, value);
  }
  let cancelled = false;
  const rest = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.length > 0) controller.enqueue(first);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (cancelled) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    // Read to its end: Node fails outside of any handler when a request's body is given up, and a browser hears the refusal only after.
    async cancel() {
      cancelled = true;
      for (let done = false; !done;) ({ done } = await reader.read());
    },
  });
  // The stream's type of the web and Node's differ in the buffer that their bytes lie in.
  return first[0] === 0x1f && first[1] === 0x8b
    ? rest.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    : rest;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
