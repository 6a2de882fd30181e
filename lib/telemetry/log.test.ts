import { describe, expect, it } from 'vitest';
import { newSecret } from '@/lib/access/secret';
import { makeLog } from './log.mjs';

/** What a log of this form writes. */
function written(
  form: 'text' | 'json',
  level: string,
  write: (log: ReturnType<typeof makeLog>) => void,
): string {
  let text = '';
  write(makeLog({ form, level, to: { write: (line: string) => void (text += line) } }));
  return text;
}

describe('a line of the log', () => {
  it('is JSON with its time, level, words and fields', () => {
    const line = written('json', 'info', (log) =>
      log.child({ run: 'a' }).info({ state: 'finished' }, 'run ended'),
    );
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      run: 'a',
      state: 'finished',
      msg: 'run ended',
    });
  });

  it('is left out below the level', () => {
    expect(written('json', 'warn', (log) => log.info('run begins'))).toBe('');
    expect(written('json', 'no level', (log) => log.warn('told'))).toContain('told');
    expect(written('json', 'silent', (log) => log.fatal('told'))).toBe('');
  });

  it('tells of an error what it says and where, and nothing that it carries', () => {
    const error = Object.assign(new TypeError('no such pod'), { response: { headers: { cookie: 'sweet' } } });
    const line = written('json', 'info', (log) => log.error(error, 'watch'));
    expect(JSON.parse(line)).toMatchObject({
      msg: 'watch',
      err: { type: 'TypeError', message: 'no such pod' },
    });
    expect(line).toContain('log.test.ts');
    expect(line).not.toContain('sweet');
  });

  it.each(['text', 'json'] as const)('as %s holds no secret, wherever one stands', (form) => {
    const { secret } = newSecret();
    const token = newSecret('scaletrace_').secret;
    const key = '-----BEGIN PRIVATE KEY-----\nMIIBVwIBADANBg\n-----END PRIVATE KEY-----';
    const text = written(form, 'debug', (log) => {
      log.debug({ path: `/api/share/${secret}/run` }, 'request');
      log.error(new Error(`connect http://anna:hunter2@gateway:80/x failed; ${key}`), `with Bearer ${token}`);
      log.warn('no answer from postgres://db/history?user=anna&password=swordfish&sslmode=require');
      log.warn({ headers: { authorization: 'Basic YW5uYTpodW50ZXIy' } }, token);
    });
    for (const hidden of [secret, token, 'hunter2', 'swordfish', 'MIIBVwIBADANBg', 'YW5uYTpodW50ZXIy'])
      expect(text).not.toContain(hidden);
    for (const kept of [
      '/api/share/',
      '@gateway:80/x failed',
      'Bearer [secret]',
      '&sslmode=require',
      'BEGIN PRIVATE KEY',
    ])
      expect(text).toContain(kept);
  });
});
