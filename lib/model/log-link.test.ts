import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLinkOf, logLinkSchema, type LogLinkPlace } from './log-link';

const place: LogLinkPlace = {
  fromUnixMs: Date.UTC(2026, 10, 27, 12, 0, 0) + 0.4,
  toUnixMs: Date.UTC(2026, 10, 27, 12, 0, 30) + 0.4,
  service: 'hello',
  namespace: 'default',
  revision: 'hello-00002',
};

describe('a link to logs', () => {
  it.each([
    [
      'https://g.example/d/x?from={from}&to={to}',
      'https://g.example/d/x?from=1795780800000&to=1795780830001',
    ],
    [
      'http://logs.example:9000/{namespace}/{service}/{revision}?s={fromIso}&e={toIso}',
      'http://logs.example:9000/default/hello/hello-00002?s=2026-11-27T12%3A00%3A00.000Z&e=2026-11-27T12%3A00%3A30.001Z',
    ],
    [
      'https://g.example/explore?panes={"a":{"expr":"{app=\\"{service}\\"}","range":{"from":"{from}","to":"{to}"}}}',
      'https://g.example/explore?panes={%22a%22:{%22expr%22:%22{app=\\%22hello\\%22}%22,%22range%22:{%22from%22:%221795780800000%22,%22to%22:%221795780830001%22}}}',
    ],
  ])('is %s filled in', (template, expected) => {
    expect(logLinkOf(logLinkSchema.parse(template), place)).toBe(expected);
  });

  it('leads where its template does, whatever is filled in', () => {
    const template = 'https://g.example/a/{service}/{namespace}?from={from}&to={to}&r={revision}#x';
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (service, namespace, revision) => {
        const url = new URL(logLinkOf(template, { ...place, service, namespace, revision }));
        expect(url.origin).toBe('https://g.example');
        expect([...url.searchParams.keys()]).toEqual(['from', 'to', 'r']);
        expect(url.searchParams.get('r')).toBe(revision);
        expect(url.hash).toBe('#x');
      }),
    );
  });

  it.each([
    ['javascript:alert(1)//{from}{to}', 'validation.log-link-address'],
    ['ftp://g.example/?from={from}&to={to}', 'validation.log-link-address'],
    ['/d/x?from={from}&to={to}', 'validation.log-link-address'],
    ['https://{service}.example/?from={from}&to={to}', 'validation.log-link-address'],
    ['https://{service}/?from={from}&to={to}', 'validation.log-link-address'],
    ['https://g.example{service}/?from={from}&to={to}', 'validation.log-link-address'],
    ['https://me:secret@g.example/?from={from}&to={to}', 'validation.address-credentials'],
    ['https://g.example/?from={from}&to={until}', 'validation.log-link-name'],
    ['https://g.example/?from={from}', 'validation.log-link-times'],
    ['https://g.example/', 'validation.log-link-times'],
  ])('is refused as %s', (template, code) => {
    const codes = logLinkSchema.safeParse(template).error?.issues.map(({ message }) => message);
    expect(codes?.[0]).toBe(code);
  });
});
