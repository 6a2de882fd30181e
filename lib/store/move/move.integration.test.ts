import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '@/lib/store/client';
import { newDatabase, onPostgres } from '@/lib/store/fake-database';
import { Prisma } from '@/lib/store/generated/client';
import { applyMigrations } from '@/lib/store/migrations';
import { lockDatabase } from '@/lib/store/postgres/kept-apart';
import { holdState } from '@/lib/store/state-lock';
import { moveHistory, type MoveNews } from './move';
import { tablesOfProcesses } from './postgres-target';

const program = fileURLToPath(new URL('../../../bin/scaletrace.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-move-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsOfTable = 7;
const hard = `O'Brien said "\\x41\\n" {a,b} NULL\t\n東京 🦆`;

interface Column {
  name: string;
  type: string;
  pk: number;
}

/** Rows in every table that there is, whatever it is for: keys and what refers to them by number, all else what is hard to carry over. */
function fill(file: string): void {
  const database = new Database(file);
  const all = <T>(sql: string): T[] => database.prepare(sql).all() as T[];
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; BEGIN');
  const tables = all<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '_prisma_migrations'`,
  );
  for (const { name: table } of tables) {
    const columns = all<Column>(`PRAGMA table_info("${table}")`);
    const numbered = new Set([
      ...columns.filter(({ pk }) => pk > 0).map(({ name }) => name),
      ...all<{ from: string }>(`PRAGMA foreign_key_list("${table}")`).map(({ from }) => from),
      ...all<{ name: string; unique: number }>(`PRAGMA index_list("${table}")`)
        .filter(({ unique }) => unique === 1)
        .flatMap(({ name }) => all<{ name: string }>(`PRAGMA index_info("${name}")`).map((of) => of.name)),
    ]);
    const insert = database.prepare(
      `INSERT INTO "${table}" (${columns.map(({ name }) => `"${name}"`).join()}) VALUES (${columns.map(() => '?').join()})`,
    );
    for (let i = 1; i <= rowsOfTable; i++) {
      const values: Record<string, unknown> = {
        TEXT: `${hard} ${i}`,
        INTEGER: i % 2 === 0 ? -(2 ** 31) : 2 ** 31 - i,
        REAL: [0.1 + 0.2, 1e300, -5e-324, 1_764_288_000_123.456][i % 4],
        BOOLEAN: i % 2,
        BLOB: Buffer.from([0, 255, 92, i]),
      };
      insert.run(
        columns.map(({ name, type }) =>
          numbered.has(name)
            ? type === 'INTEGER'
              ? i
              : `k${i}`
            : i === 3
              ? whatMayLack(values[type])
              : values[type],
        ),
      );
    }
  }
  // An id that was given out is not given out again.
  database.exec('DELETE FROM "AuditEntry" WHERE "id" = (SELECT max("id") FROM "AuditEntry"); COMMIT');
  database.close();
}

/** What is as short as it may be. */
function whatMayLack(value: unknown): unknown {
  return typeof value === 'string'
    ? ''
    : Buffer.isBuffer(value)
      ? Buffer.alloc(0)
      : typeof value === 'number'
        ? 0
        : value;
}

async function history(name: string): Promise<{ url: string; file: string }> {
  const file = join(folder, `${name}.db`);
  await applyMigrations(`file:${file}`);
  fill(file);
  return { url: `file:${file}`, file };
}

/** All that a history has, as Prisma reads it. */
async function everything(url: string): Promise<Record<string, unknown[]>> {
  const store = await openStore(url);
  try {
    const found: Record<string, unknown[]> = {};
    for (const model of Object.keys(Prisma.ModelName)) {
      const key = `${model[0]!.toLowerCase()}${model.slice(1)}` as 'run';
      const rows = await store[key].findMany();
      found[model] = rows.map((row) => JSON.stringify(row)).sort();
    }
    for (const table of ['Setting', ...tablesOfProcesses]) delete found[table];
    return {
      ...found,
      Setting: await store.setting.findMany({ where: { NOT: { key: { startsWith: 'database-' } } } }),
    };
  } finally {
    await store.$disconnect();
  }
}

async function asked(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function command(source: string, to: string): { said: Promise<string>; kill(): Promise<void> } {
  const child = spawn(process.execPath, [program, 'migrate', '--to', to], {
    env: { ...process.env, SCALETRACE_DIR: folder, DATABASE_URL: source },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(child, 'close');
  return {
    said: closed.then(() => said),
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

describe.runIf(onPostgres)('a history moved from SQLite to PostgreSQL', () => {
  let source: { url: string; file: string };
  let moved: string;
  beforeAll(async () => {
    source = await history('source');
    moved = await newDatabase(folder, 'moved');
  });

  it('is there whole after it was killed in the middle and called again; until then nobody opens it', async () => {
    const before = await everything(source.url);
    expect(Object.values(before).every((rows) => rows.length > 0)).toBe(true);
    await applyMigrations(moved);
    const other = new Client({ connectionString: moved });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE "LogLine" IN EXCLUSIVE MODE');
    const killed = command(source.url, moved);
    const waits = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '"LogLine"'::regclass`;
    await vi.waitUntil(async () => (await other.query(waits)).rows.length > 0, {
      timeout: 60_000,
      interval: 50,
    });
    await killed.kill();
    await other.end();
    await expect(openStore(moved)).rejects.toThrow(/begun and not ended: run scaletrace migrate/);

    expect(await command(source.url, moved).said).toMatch(/goes on[^]*✓ \d+ rows of \d+ tables/);
    expect(await everything(moved)).toEqual(before);
    expect(await everything(source.url)).toEqual(before);
    const store = await openStore(moved);
    const { id } = await store.auditEntry.create({
      data: { atMs: 1, actor: '', action: '', target: '', detailJson: '' },
    });
    expect(id).toBe(rowsOfTable + 1);
    await store.$disconnect();
  });

  it('begins anew where the file has changed since it was interrupted, and carries over what text of SQLite may hold', async () => {
    const { url, file } = await history('changing');
    const to = await newDatabase(folder, 'changing');
    await expect(
      moveHistory(url, to, (news) => {
        if (news.what === 'moved' && news.table === 'Run') throw new Error('interrupted');
      }),
    ).rejects.toThrow('interrupted');
    const database = new Database(file);
    database.prepare(`UPDATE "Service" SET "name" = ? WHERE "id" = 'k1'`).run('a\0b');
    database.close();
    const told: MoveNews['what'][] = [];
    await expect(moveHistory(source.url, to, () => undefined)).rejects.toThrow(
      /move of another history .* has begun/,
    );
    await moveHistory(url, to, ({ what }) => {
      if (what !== 'moved') told.push(what);
    });
    expect(told.slice(0, 2)).toEqual(['going on', 'beginning anew']);
    expect(await asked(to, `SELECT "name" FROM "Service" WHERE "id" = 'k1'`)).toEqual([{ name: 'a\uFFFDb' }]);
  });

  it('is refused where there is none, beside another, with a dashboard on either side, and by what cannot keep its text', async () => {
    const refused = (why: RegExp, to: string, from = source.url): Promise<void> =>
      expect(moveHistory(from, to, () => undefined)).rejects.toThrow(why);
    const empty = await newDatabase(folder, 'empty');
    await refused(/none\.db is not there/, empty, `file:${join(folder, 'none.db')}`);
    await refused(/has a history already \(in .*Run.*createdb/, moved);
    const ascii = `ascii_${randomUUID()}`;
    await asked(empty, `CREATE DATABASE "${ascii}" ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0`);
    await refused(/keeps text as SQL_ASCII.*UTF8/, new URL(`/${ascii}`, empty).href);
    holdState(folder, 'http://127.0.0.1:1');
    const lock = await lockDatabase(empty, 'scaletrace first http://127.0.0.1:1', 'shared');
    const [besideSource] = await Promise.all([
      command(source.url, empty).said,
      refused(/Another Scaletrace \(http:\/\/127\.0\.0\.1:1\)/, empty),
    ]);
    expect(besideSource).toMatch(/Another Scaletrace \(process \d+, http:\/\/127\.0\.0\.1:1\) uses/);
    await lock.release();
    expect(await asked(empty, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });
});
