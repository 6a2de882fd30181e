import { describe, expect, it } from 'vitest';
import { saidAt } from './script-error';

const folder = {
  scriptName: 'load',
  scriptText: '',
  entry: 'main.ts',
  files: [{ path: 'lib/h.ts', content: '' }],
};
const single = { scriptName: 'grpc', scriptText: '' };

// As k6 v1.8.1 writes them.
describe('what k6 says while a load goes on', () => {
  it('has its place in the file that it names, without the folder of this machine', () => {
    const aborted = 'test aborted: no reflection at helper (file:///tmp/runs/1/script/lib/h.ts:3:18(6))';
    expect(saidAt(aborted, folder)).toEqual({
      cause: 'test aborted: no reflection',
      file: 'lib/h.ts',
      line: 3,
    });
    const threw =
      'GoError: connection error: desc = "dial tcp 127.0.0.1:9: connect: connection refused"\n\tat reflect.methodValueCall (native)\n\tat setup (file:///tmp/runs/1/script.ts:4:36(9))\n';
    expect(saidAt(threw, single)).toEqual({
      cause: 'GoError: connection error: desc = "dial tcp 127.0.0.1:9: connect: connection refused"',
      file: 'grpc',
      line: 4,
    });
  });

  it('has none where it names none, or one that is not of the script', () => {
    expect(saidAt('context deadline exceeded', single)).toBeNull();
    expect(saidAt('Error: x\n\tat file:///usr/lib/else.js:1:2(3)\n', folder)).toBeNull();
  });
});
