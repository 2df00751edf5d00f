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

/** Tables of newer collections in the place of the JSON in `col`; bytes are hexadecimal. */
export interface KindRows {
  readonly notetypes: (readonly [string, string])[];
  readonly fields: (readonly [string, number, string])[];
  readonly templates: (readonly [string, number, string])[];
  readonly decks: (readonly [string, string])[];
}

export interface CollectionBytes {
  readonly models: string;
  readonly decks: string;
  readonly newer: KindRows | null;
  readonly notes: (readonly [string, string, string])[];
  readonly cards: (readonly [string, string, string, number, number])[];
  readonly revlog: (readonly [number, string, number])[];
}

/** Rows of one table that describe kinds and decks. */
const KINDS = 10_000;
const id = (name: string): string => `CAST(${name} AS TEXT)`;

/** Names of newer collections are in an order of Anki's own, without which SQLite opens none of those tables: they get one that it has, and no row is asked for in its order. */
function orderOfOurs(db: Database): void {
  db.run("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(replace(sql, 'unicase', 'binary'), 'UNICASE', 'binary') WHERE sql LIKE '%unicase%'; PRAGMA writable_schema = RESET");
}

/** Kinds and decks of a newer collection. */
function kindRows(db: Database, tables: ReadonlySet<Value>, left: { units: number }): KindRows | null {
  const names = ['notetypes', 'fields', 'templates', 'decks'];
  if (!names.every((name) => tables.has(name))) return null;
  const ask = (columns: string, table: string): Value[][] => rows(db, `SELECT ${columns} FROM ${table}`, KINDS, left);
  return {
    notetypes: ask(`${id('id')}, hex(config)`, 'notetypes') as [string, string][], fields: ask(`${id('ntid')}, CAST(ord AS INTEGER), CAST(name AS TEXT)`, 'fields') as [string, number, string][],
    templates: ask(`${id('ntid')}, CAST(ord AS INTEGER), hex(config)`, 'templates') as [string, number, string][], decks: ask(`${id('id')}, CAST(name AS TEXT)`, 'decks') as [string, string][],
  };
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
    db.run('PRAGMA trusted_schema = OFF');
    const schema = rows(db, "SELECT name, sql LIKE '%unicase%' FROM sqlite_master WHERE type = 'table'", 1_000, left);
    if (schema.some(([, own]) => own === 1)) orderOfOurs(db);
    db.run('PRAGMA query_only = ON');
    const tables = new Set(schema.map(([name]) => name));
    for (const name of ['col', 'notes', 'cards']) if (!tables.has(name)) throw new Error(`no table ${name}`);
    const [col] = rows(db, 'SELECT models, decks FROM col LIMIT 1', 1, left);
    if (!col) throw new Error('an empty table col');
    const cards = rows(db, `SELECT ${id('id')}, ${id('nid')}, ${id('did')}, CAST(ord AS INTEGER), CAST(queue AS INTEGER) FROM cards`, most.cards + 1, left) as [string, string, string, number, number][];
    return {
      models: String(col[0]), decks: String(col[1]), newer: kindRows(db, tables, left),
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
