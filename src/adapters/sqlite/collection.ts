/** Collections of Anki (an SQLite database) read and written by sql.js, in memory. Its form that is no WebAssembly: the policy of the page lets none be compiled. */
import initSqlJs, { type Database } from 'sql.js/dist/sql-asm-memory-growth.js';

/** Columns of the tables as schema 11 has them. */
const SCHEMA = `
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null, ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null, models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null, usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null, flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null, mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null, ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null, ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
`;

type Value = number | string;

/** More text than is taken: many rows may name one piece of the file, and it is theirs each time. */
export class TooMuchText extends Error {
  override readonly name = 'TooMuchText';
}

/** Rows of a table as text and numbers; ids are larger than a float holds, so they are text. `left`: UTF-16 units that may still be read, of all tables together. */
function rows(db: Database, sql: string, most: number, left: { units: number }): Value[][] {
  const out: Value[][] = [];
  const statement = db.prepare(sql);
  try {
    while (out.length < most && statement.step()) {
      const row = statement.get().map((value) => (typeof value === 'string' || typeof value === 'number' ? value : ''));
      for (const value of row) if (typeof value === 'string') left.units -= value.length;
      if (left.units < 0) throw new TooMuchText(sql);
      out.push(row);
    }
  } finally {
    statement.free();
  }
  return out;
}

/** Whole numbers as text, the smaller first. */
const byId = ([a]: readonly unknown[], [b]: readonly unknown[]): number => String(a).length - String(b).length || (String(a) < String(b) ? -1 : Number(a !== b));

export interface CollectionBytes {
  readonly models: string;
  readonly decks: string;
  readonly notes: (readonly [string, string, string])[];
  readonly cards: (readonly [string, string, string, number, number])[];
  readonly revlog: (readonly [number, string, number])[];
}

/**
 * Reads a collection; up to so many cards, answers and units of text, one card more says that there are more. Views and triggers of the file are not asked:
 * tables are read by name, and only when they are tables. Nothing is put in order by SQLite: where `id` is a column like others (the file says what it is) it
 * would read all rows first, and pages of a file that stand in each other make them endless.
 */
export async function readCollectionFile(bytes: Uint8Array, most: { cards: number; answers: number; units: number }): Promise<CollectionBytes> {
  const { Database } = await initSqlJs();
  const db = new Database(bytes);
  const left = { units: most.units };
  try {
    db.run('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON');
    const tables = new Set(rows(db, "SELECT name FROM sqlite_master WHERE type = 'table'", 1_000, left).map(([name]) => name));
    for (const name of ['col', 'notes', 'cards']) if (!tables.has(name)) throw new Error(`no table ${name}`);
    const [col] = rows(db, 'SELECT models, decks FROM col LIMIT 1', 1, left);
    if (!col) throw new Error('an empty table col');
    const id = (name: string): string => `CAST(${name} AS TEXT)`;
    const cards = rows(db, `SELECT ${id('id')}, ${id('nid')}, ${id('did')}, CAST(ord AS INTEGER), CAST(queue AS INTEGER) FROM cards`, most.cards + 1, left) as [string, string, string, number, number][];
    return {
      models: String(col[0]), decks: String(col[1]),
      cards: cards.sort(byId),
      notes: rows(db, `SELECT ${id('id')}, ${id('mid')}, CAST(flds AS TEXT) FROM notes`, most.cards + 1, left) as [string, string, string][],
      revlog: tables.has('revlog') ? (rows(db, `SELECT CAST(id AS INTEGER), ${id('cid')}, CAST(ease AS INTEGER) FROM revlog`, most.answers, left) as [number, string, number][]) : [],
    };
  } finally {
    db.close();
  }
}

export interface CollectionRowsOut {
  readonly col: readonly Value[];
  readonly notes: readonly (readonly Value[])[];
  readonly cards: readonly (readonly Value[])[];
  readonly revlog: readonly (readonly Value[])[];
}

/** A collection with these rows. */
export async function writeCollectionFile({ col, ...tables }: CollectionRowsOut): Promise<Uint8Array<ArrayBuffer>> {
  const { Database } = await initSqlJs();
  const db = new Database();
  try {
    db.run(SCHEMA);
    db.run('BEGIN');
    for (const [table, list] of Object.entries({ col: [col], ...tables })) {
      if (list.length === 0) continue;
      const statement = db.prepare(`INSERT INTO ${table} VALUES (${list[0]!.map(() => '?').join(', ')})`);
      for (const row of list) statement.run([...row]);
      statement.free();
    }
    db.run('COMMIT');
    return db.export() as Uint8Array<ArrayBuffer>;
  } finally {
    db.close();
  }
}
