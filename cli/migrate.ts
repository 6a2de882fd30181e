import { join } from 'node:path';
import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { isPostgres, shownDatabaseUrl } from '@/lib/environment/database-url';
import { databaseUrl, keepPrivate, stateDirectory } from '@/lib/environment/paths';
import { moveHistory, type MoveNews } from '@/lib/store/move/move';
import { holdState } from '@/lib/store/state-lock';
import { exitCodes } from './exit-codes';

/** How often it is told how far a table is (ms). */
const tellEveryMs = 2000;

/** The history from the state folder's SQLite file into a database of PostgreSQL. */
export const command = define(
  {
    options: z.object({
      to: z
        .string('')
        .refine(isPostgres, 'must be postgres://USER:PASSWORD@HOST:PORT/DATABASE')
        .meta({ value: 'URL', description: 'the empty database to move it to: postgres://…' }),
    }),
    notes: `The history is scaletrace.db in the state folder, or the file that DATABASE_URL names; it is left as it was. End the
dashboard before. Each table is verified by its count and a checksum. What was interrupted goes on when the same is called
again. Without a password in URL it is read from PGPASSWORD or ~/.pgpass (docs/operate.md).`,
    exitCode: exitCodes.usage,
  },
  async ({ options: { to } }) => {
    keepPrivate();
    holdState(stateDirectory(), 'scaletrace migrate');
    const from = isPostgres(databaseUrl())
      ? `file:${join(stateDirectory(), 'scaletrace.db')}`
      : databaseUrl();
    const shown = shownDatabaseUrl(to);
    console.log(`${from} → ${shown}`);
    const { tell, totals } = telling();
    await moveHistory(from, to, tell);
    console.log(
      `✓ ${totals.rows.toLocaleString('en')} rows of ${totals.tables} tables were moved and verified. Start Scaletrace with that address in DATABASE_URL.`,
    );
    return exitCodes.good;
  },
);

/** Says how far it is: not each piece, which there may be thousands of. */
function telling(): { tell: (news: MoveNews) => void; totals: { rows: number; tables: number } } {
  const totals = { rows: 0, tables: 0 };
  let toldMs = performance.now();
  const line = (text: string): void => {
    toldMs = performance.now();
    console.log(`  ${text}`);
  };
  const tell = (news: MoveNews): void => {
    if (news.what === 'going on') line('It had begun before, and goes on.');
    else if (news.what === 'beginning anew') line('The history has changed since it began: it begins anew.');
    else if (news.what === 'moved') {
      if (performance.now() - toldMs > tellEveryMs)
        line(`${news.table}: ${news.rows.toLocaleString('en')} of ${news.of.toLocaleString('en')}`);
    } else {
      totals.rows += news.sum.rows;
      totals.tables++;
      if (news.sum.rows === 0) return;
      line(
        `${news.table.padEnd(18)} ${news.sum.rows.toLocaleString('en').padStart(12)}  sha256 ${news.sum.sha256.slice(0, 16)}`,
      );
    }
  };
  return { tell, totals };
}
