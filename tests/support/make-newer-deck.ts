/**
 * Makes newer-deck.json: a package as Anki writes it from 2.1.50 on (schema 18, zstd, protobuf), after the description of its format, by sqlite3, zstd and zip of the system.
 * `node --import tsx tests/support/make-newer-deck.ts`; the file is kept, since not every machine has zstd.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { PbfWriter } from 'pbf';

const FOLDER = mkdtempSync(join(tmpdir(), 'newer-deck-'));
const message = (write: (to: PbfWriter) => void): Buffer => {
  const to = new PbfWriter();
  write(to);
  return Buffer.from(to.finish());
};
const hex = (bytes: Buffer): string => `x'${bytes.toString('hex')}'`;
const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const zstd = (bytes: Uint8Array): Buffer => execFileSync('zstd', ['-q', '-c', '-'], { input: bytes, maxBuffer: 1 << 26 });

/** Names are in an order of Anki's own, which no other SQLite has: the tables are made with one that it has, and then named otherwise. */
const TABLES = `
CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null, ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null, models text not null, decks text not null, dconf text not null, tags text not null);
CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null, usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null, flags integer not null, data text not null);
CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null, mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null, ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null, ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
CREATE TABLE fields (ntid integer not null, ord integer not null, name text not null collate nocase, config blob not null, primary key (ntid, ord)) without rowid;
CREATE UNIQUE INDEX idx_fields_name_ntid on fields (name, ntid);
CREATE TABLE templates (ntid integer not null, ord integer not null, name text not null collate nocase, mtime_secs integer not null, usn integer not null, config blob not null, primary key (ntid, ord)) without rowid;
CREATE UNIQUE INDEX idx_templates_name_ntid on templates (name, ntid);
CREATE TABLE notetypes (id integer not null primary key, name text not null collate nocase, mtime_secs integer not null, usn integer not null, config blob not null);
CREATE UNIQUE INDEX idx_notetypes_name on notetypes (name);
CREATE TABLE decks (id integer primary key not null, name text not null collate nocase, mtime_secs integer not null, usn integer not null, common blob not null, kind blob not null);
CREATE UNIQUE INDEX idx_decks_name on decks (name);
`;
const U = '\u001f';
const BASIC = message((to) => (to.writeVarintField(2, 0), to.writeStringField(3, '.card { color: black; }')));
const CLOZE = message((to) => to.writeVarintField(1, 1));
const sides = (front: string, back: string): Buffer => message((to) => (to.writeStringField(1, front), to.writeStringField(2, back)));
const ROWS = `
INSERT INTO col VALUES (1, 1700000000, 0, 0, 18, 0, 0, 0, '', '', '', '', '');
INSERT INTO notetypes VALUES (1, 'Basic (and reversed)', 0, 0, ${hex(BASIC)}), (2, 'Cloze', 0, 0, ${hex(CLOZE)});
INSERT INTO fields VALUES (1, 1, 'Back', x''), (1, 0, 'Front', x''), (2, 0, 'Text', x''), (2, 1, 'Back Extra', x'');
INSERT INTO templates VALUES (1, 0, 'Card 1', 0, 0, ${hex(sides('{{Front}}', '{{FrontSide}}<hr id=answer>{{Back}}'))}), (1, 1, 'Card 2', 0, 0, ${hex(sides('{{Back}}', '{{FrontSide}}<hr id=answer>{{Front}}'))}), (2, 0, 'Cloze', 0, 0, ${hex(sides('{{cloze:Text}}', '{{cloze:Text}}<br>{{Back Extra}}'))});
INSERT INTO decks VALUES (1, 'Default', 0, 0, x'', x''), (1700000000123, ${quote(`Поле${U}Glands`)}, 0, 0, x'', x'');
INSERT INTO notes VALUES (10, 'g1', 1, 0, -1, '', ${quote(`Ввод<br><img src="gland one.png">${U}where the <b>cable</b> &amp; rubber meet [sound:gland.mp3]`)}, 0, 0, 0, '');
INSERT INTO notes VALUES (11, 'g2', 2, 0, -1, '', ${quote(`Leave {{c1::15 cm::length}} inside, a {{c2::quarter}} turn.${U}`)}, 0, 0, 0, '');
INSERT INTO cards VALUES (100, 10, 1700000000123, 0, 0, 0, 2, 2, 5, 4, 2500, 2, 0, 0, 0, 0, 0, '{"s":4.1,"d":5.2}');
INSERT INTO cards VALUES (101, 10, 1700000000123, 1, 0, 0, 0, -1, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
INSERT INTO cards VALUES (102, 11, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, ''), (103, 11, 1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
INSERT INTO revlog VALUES (1700000100000, 100, 0, 1, 1, 0, 2500, 900, 0), (1700000500000, 100, 0, 3, 1, 0, 2500, 900, 0);
`;

function sqlite(name: string, sql: string): Buffer {
  const file = join(FOLDER, name);
  execFileSync('sqlite3', [file], { input: `.dbconfig defensive off\n${sql}` });
  return readFileSync(file);
}

/** An own picture of 64 × 64 places, and 3,000 bytes that stand for a sound. */
function png(): Buffer {
  const crc = (bytes: Buffer): number => {
    let value = ~0;
    for (const byte of bytes) for (let bit = 0, x = (value ^ byte) & 0xff; bit < 8 || ((value = (value >>> 8) ^ x), false); bit++) x = x & 1 ? (x >>> 1) ^ 0xedb88320 : x >>> 1;
    return ~value >>> 0;
  };
  const part = (name: string, bytes: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), bytes]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(bytes.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(64, 0);
  head.writeUInt32BE(64, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({ length: 64 }, (_, y) => Buffer.from([0, ...Array.from({ length: 64 }, (_x, x) => (x * y) & 0xff)])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}

const media: [string, Buffer][] = [['gland one.png', png()], ['gland.mp3', Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * at) & 0xff))]];
const entry = (name: string, bytes: Buffer) => (_: unknown, to: PbfWriter): void => {
  to.writeStringField(1, name);
  to.writeVarintField(2, bytes.length);
  to.writeBytesField(3, createHash('sha1').update(bytes).digest());
};
const parts: [string, Buffer][] = [
  ['meta', message((to) => to.writeVarintField(1, 3))],
  ['collection.anki21b', zstd(sqlite('collection', `${TABLES}${ROWS}PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'nocase', 'unicase'); PRAGMA writable_schema = OFF;`))],
  ['collection.anki2', sqlite('old', `PRAGMA page_size = 512; ${TABLES.split('\n').slice(0, 5).join('\n')} INSERT INTO col VALUES (1, 0, 0, 0, 11, 0, 0, 0, '{}', '{}', '{}', '{}', '{}');`)],
  ['media', zstd(message((to) => { for (const [name, bytes] of media) to.writeMessage(1, entry(name, bytes), null); }))],
  ...media.map(([, bytes], at): [string, Buffer] => [String(at), zstd(bytes)]),
];
for (const [name, bytes] of parts) writeFileSync(join(FOLDER, name), bytes);
execFileSync('zip', ['-q', '-X', 'out.apkg', ...parts.map(([name]) => name)], { cwd: FOLDER });
const made = readFileSync(join(FOLDER, 'out.apkg'));
writeFileSync(new URL('newer-deck.json', import.meta.url), `${JSON.stringify({ apkg: made.toString('base64').match(/.{1,160}/g) }, null, 2)}\n`);
console.log(made.length);
rmSync(FOLDER, { recursive: true });
