import { expect, it } from 'vitest';
import { unfitServer } from './failures';

const good = { versionNum: 150_018, version: '15.18 (Debian 15.18-0+deb12u1)', encoding: 'UTF8' };

it('a server is refused by its version, and a database by how it keeps text, with what to do', () => {
  expect(unfitServer(good)).toBeNull();
  expect(unfitServer({ ...good, versionNum: 130_000, version: '13.0' })).toBeNull();
  expect(unfitServer({ ...good, versionNum: 120_022, version: '12.22' })).toBe(
    'is PostgreSQL 12.22: Scaletrace needs 13 or newer.',
  );
  // As versions were numbered before 10.
  expect(unfitServer({ ...good, versionNum: 90_624, version: '9.6.24' })).toMatch('9.6.24');
  expect(unfitServer({ ...good, encoding: 'LATIN1' })).toMatch(/LATIN1.*createdb --encoding UTF8/);
});
