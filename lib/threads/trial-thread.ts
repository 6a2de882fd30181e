import { Problem } from '@/lib/model/problem';
import { inThread } from './in-thread';

/** What the test has a thread do. */
export type Trial =
  | { does: 'count'; to: number }
  | { does: 'sum the bytes'; stopAfter?: number }
  | { does: 'refuse' | 'fail' | 'fill the memory' | 'run for ever' | 'wait for ever' };

inThread(async function* (trial: Trial, source): AsyncGenerator<number> {
  switch (trial.does) {
    case 'count':
      for (let i = 1; i <= trial.to; i++) yield i;
      return;
    case 'sum the bytes': {
      let sum = 0;
      for await (const chunk of source as unknown as AsyncIterable<Uint8Array>) {
        sum += chunk.byteLength;
        if (sum > (trial.stopAfter ?? Infinity))
          throw new Problem('problems.thread-time', { seconds: 1 }, { errors: [{ path: 'file', line: 7 }] });
      }
      yield sum;
      return;
    }
    case 'refuse':
      throw new Problem('problems.thread-memory', { mebibytes: 1 }, { status: 418 });
    case 'fail':
      throw new TypeError('inside');
    case 'fill the memory': {
      const held: object[] = [];
      for (let i = 0; ; i++) held.push({ i, text: `${i}` });
    }
    case 'run for ever':
      for (;;);
    case 'wait for ever':
      await new Promise(() => setInterval(() => undefined, 1000));
  }
});
