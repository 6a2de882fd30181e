import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '@/scripts/test/property-runs';
import { ownPage } from './own-page';

const dashboard = 'http://127.0.0.1:4300';
const landing = (address: string): URL => new URL(ownPage(address), `${dashboard}/sign-in`);

describe('a page to go on to', () => {
  it.each([
    '/',
    '/runs/abc?tab=log&from=1#end',
    '/trends?service=a%20b',
    '/scripts?name=%E6%B8%AC%E8%A9%A6',
    '/share?to=//evil.example',
  ])('%s is kept as it is', (page) => expect(ownPage(page)).toBe(page));

  it.each([
    '/\t/evil.example',
    decodeURIComponent('/%09/evil.example'),
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '//evil.example',
    '///evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '\0//evil.example',
    '/.//evil.example',
    '/./\\evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    'https://evil.example',
    'https:evil.example',
    'HTTPS:\\\\evil.example',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    '//user:pw@evil.example:80/',
    '//[::1',
  ])('%j leads to the first page', (address) => expect(ownPage(address)).toBe('/'));

  it.each([undefined, null, 5, ['/runs'], {}])('%j is no address', (given) =>
    expect(ownPage(given)).toBe('/'),
  );

  const odd = fc.constantFrom(
    ...['/', '\\', '.', '..', '\t', '\n', '\r', '\0', ' ', ':', '@', '?', '#', '%09', '%2f', '%5c', '%2e'],
    ...['evil.example', 'http:', 'https:', 'javascript:', 'runs', '\u3000', '\u2028', '\u{ff0f}', '\ud800'],
  );
  it('is of this dashboard, whatever is asked for, and stays as it is when asked for again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(odd, { maxLength: 9 }).map((parts) => parts.join('')),
          fc.webUrl({ withQueryParameters: true, withFragments: true }),
          fc.string({ unit: 'binary' }),
        ),
        (address) => {
          const { origin, pathname, search, hash } = landing(address);
          expect(origin).toBe(dashboard);
          expect(`${pathname}${search}${hash}`).toBe(ownPage(address));
          expect(ownPage(ownPage(address))).toBe(ownPage(address));
        },
      ),
      { numRuns: propertyRuns(1000) },
    );
  });
});
