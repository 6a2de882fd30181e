import { expect, it } from 'vitest';
import { shownDatabaseUrl } from './database-url';

it.each([
  ['file:/var/lib/scaletrace.db', 'file:/var/lib/scaletrace.db'],
  [
    'postgres://ada:hidden@db.example:5433/load?sslmode=require&password=hidden',
    'postgres://ada@db.example:5433/load',
  ],
  ['postgresql://db/load', 'postgres://db/load'],
  ['postgres://ada:hid/den@db/load', 'postgres://…'],
])('%s is shown without what it hides', (url, shown) => {
  expect(shownDatabaseUrl(url)).toBe(shown);
});
