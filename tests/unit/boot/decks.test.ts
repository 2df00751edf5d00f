/** Packages of Anki against its format as sqlite3 and unzip see it: what we write is read by them and equals, what they write comes in with its media, and what is hostile is refused in words. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { unzstd } from '#adapters/files/zstd';
import { readCollectionFile } from '#adapters/sqlite/collection';
import { deckFaultOf, openDecks, writePackage } from '#boot/decks';
import { DECK_LIMITS, readCollection, readCsv, writeCsv, type CardFound } from '#domain/learn/anki';
import type { Card } from '#domain/learn/cards';

const FOLDER = mkdtempSync(join(tmpdir(), 'decks-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const blob = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);
const zip = (parts: Zippable): Blob => blob(zipSync(parts));
const refusal = async (name: string, file: Blob): Promise<string> => openDecks(name, file).then(() => 'taken', (error: unknown) => deckFaultOf(error).code);

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const MP3 = Uint8Array.from({ length: 300 }, (_, at) => at & 0xff);

const MODELS = {
  1: { id: 1, name: 'Basic (and reversed)', type: 0, flds: [{ name: 'Back', ord: 1 }, { name: 'Front', ord: 0 }, { name: 'Note', ord: 2 }], tmpls: [{ name: 'There', ord: 0, qfmt: '{{Front}}', afmt: '{{FrontSide}}<hr id=answer>{{Back}}{{#Note}}<div>{{Note}}</div>{{/Note}}' }, { name: 'Back', ord: 1, qfmt: '{{Back}}', afmt: '{{FrontSide}}<hr>{{Front}}{{^Note}}no note{{/Note}}' }] },
  2: { id: 2, name: 'Cloze', type: 1, flds: [{ name: 'Text', ord: 0 }], tmpls: [{ name: 'Cloze', ord: 0, qfmt: '{{cloze:Text}}', afmt: '{{cloze:Text}}' }] },
};
const DECKS = { 1: { id: 1, name: 'Default' }, '9007199254740993': { id: 0, name: 'Field::Glands' } };
const quote = (value: unknown): string => `'${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll("'", "''")}'`;
const U = '\u001f';

/** A collection written by sqlite3, from the description of the format. */
function collection(change = ''): Uint8Array {
  const file = join(FOLDER, `${Math.floor(performance.now() * 1000)}.anki2`);
  execFileSync('sqlite3', [file], { input: `
    CREATE TABLE col (id integer primary key, crt integer not null, mod integer not null, scm integer not null, ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null, models text not null, decks text not null, dconf text not null, tags text not null);
    CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null, usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null, flags integer not null, data text not null);
    CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null, mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null, ivl integer not null, factor integer not null, reps integer not null, lapses integer not null, left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
    CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null, ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
    CREATE TABLE graves (usn integer not null, oid integer not null, type integer not null);
    INSERT INTO col VALUES (1, 1700000000, 0, 0, 11, 0, 0, 0, '{}', ${quote(MODELS)}, ${quote(DECKS)}, '{}', '{}');
    INSERT INTO notes VALUES (10, 'g1', 1, 0, -1, '', ${quote(`Gland<br><img src="gland%20one.png">${U}where the <b>cable</b> &amp; rubber meet [sound:gland.mp3]${U}`)}, 0, 0, 0, '');
    INSERT INTO notes VALUES (11, 'g2', 2, 0, -1, '', ${quote('Leave {{c1::15 cm::length}} inside, a {{c2::quarter}} turn.<script>alert(1)</script>')}, 0, 0, 0, '');
    INSERT INTO notes VALUES (12, 'g3', 1, 0, -1, '', ${quote(`Empty${U}${U}`)}, 0, 0, 0, '');
    INSERT INTO cards VALUES (100, 10, 9007199254740993, 0, 0, 0, 2, 2, 5, 4, 2500, 2, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (101, 10, 9007199254740993, 1, 0, 0, 0, -1, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (102, 11, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (103, 11, 1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (104, 11, 1, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (105, 12, 1, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO cards VALUES (106, 99, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, '');
    INSERT INTO revlog VALUES (1700000500000, 100, 0, 3, 1, 0, 2500, 900, 0);
    INSERT INTO revlog VALUES (1700000100000, 100, 0, 1, 1, 0, 2500, 900, 0);
    INSERT INTO revlog VALUES (1700000600000, 100, 0, 0, 1, 0, 2500, 900, 4);
    ${change}` });
  return new Uint8Array(readFileSync(file));
}
const MEDIA = { media: utf8(JSON.stringify({ 0: 'gland one.png', 1: 'gland.mp3', 2: '../../etc/passwd' })), 0: PNG, 1: MP3, 2: MP3 };

test('{C6} a deck that sqlite3 made from the description of the format comes in: templates, both ways round, gaps, media, what was answered and what is put aside', async () => {
  const { found, media } = await openDecks('field.apkg', zip({ 'collection.anki2': collection(), ...MEDIA }));
  const card = (part: Partial<CardFound>): CardFound => ({ front: '', back: '', frontFiles: [], backFiles: [], reviews: [], off: false, ...part });
  expect(found.decks).toEqual([
    { name: 'Field::Glands', cards: [
      card({ front: 'Gland', back: 'where the cable & rubber meet', frontFiles: [0], backFiles: [1], reviews: [{ at: 1_700_000_100_000, grade: 1 }, { at: 1_700_000_500_000, grade: 3 }] }),
      card({ front: 'where the cable & rubber meet', back: 'Gland\nno note', frontFiles: [1], backFiles: [0], off: true }),
    ] },
    { name: 'Default', cards: [card({ front: 'Leave [length] inside, a quarter turn.', back: 'Leave 15 cm inside, a quarter turn.' }), card({ front: 'Leave 15 cm inside, a […] turn.', back: 'Leave 15 cm inside, a quarter turn.' })] },
  ]);
  expect(found.files).toEqual([{ name: 'gland one.png', size: PNG.length }, { name: 'gland.mp3', size: MP3.length }]);
  expect([found.empty, found.missing]).toEqual([3, []]);
  expect([await media(0), await media(1)]).toEqual([PNG, MP3]);
  // Without its media it comes in all the same, and says what is not there.
  const bare = await openDecks('field.apkg', zip({ 'collection.anki21': collection(), media: utf8('{}') }));
  expect(bare.found).toMatchObject({ files: [], missing: ['gland one.png', 'gland.mp3'] });
});

/** Made by tests/support/make-newer-deck.ts, out of the description of the format, by sqlite3, zstd and zip. */
const NEWER: Uint8Array<ArrayBuffer> = Uint8Array.from(Buffer.from((JSON.parse(readFileSync(new URL('../../support/newer-deck.json', import.meta.url), 'utf8')) as { apkg: string[] }).apkg.join(''), 'base64'));
/** A frame of zstd with its bytes as they are, in blocks of the largest size. */
function stored(bytes: Uint8Array, window = 0x38): Uint8Array<ArrayBuffer> {
  const out: Uint8Array[] = [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, window)];
  for (let at = 0; at === 0 || at < bytes.length; at += 131_072) {
    const block = bytes.subarray(at, at + 131_072);
    const head = (block.length << 3) | Number(at + 131_072 >= bytes.length);
    out.push(Uint8Array.of(head & 0xff, (head >> 8) & 0xff, head >> 16), block);
  }
  return Uint8Array.from(Buffer.concat(out)) as Uint8Array<ArrayBuffer>;
}

test('{C6} a package of the newest form (zstd, protobuf, tables of its own) comes in with its media, cards, answers and gaps', async () => {
  const { found, media } = await openDecks('field.apkg', blob(NEWER));
  const card = (part: Partial<CardFound>): CardFound => ({ front: '', back: '', frontFiles: [], backFiles: [], reviews: [], off: false, ...part });
  expect(found.decks).toEqual([
    { name: 'Поле::Glands', cards: [
      card({ front: 'Ввод', back: 'where the cable & rubber meet', frontFiles: [0], backFiles: [1], reviews: [{ at: 1_700_000_100_000, grade: 1 }, { at: 1_700_000_500_000, grade: 3 }] }),
      card({ front: 'where the cable & rubber meet', back: 'Ввод', frontFiles: [1], backFiles: [0], off: true }),
    ] },
    { name: 'Default', cards: [card({ front: 'Leave [length] inside, a quarter turn.', back: 'Leave 15 cm inside, a quarter turn.' }), card({ front: 'Leave 15 cm inside, a […] turn.', back: 'Leave 15 cm inside, a quarter turn.' })] },
  ]);
  expect(found).toMatchObject({ files: [{ name: 'gland one.png' }, { name: 'gland.mp3', size: 3_000 }], empty: 0, missing: [] });
  expect([...(await media(0)).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(await media(1)).toEqual(Uint8Array.from({ length: 3_000 }, (_, at) => (at * at) & 0xff));
});

test('[limit DECK.collectionBytes DECK.mediaBytes DECK.kindUnits] packages of the newest form that are broken or hostile are refused in words; one of a form after it says what to do', async () => {
  const parts = unzipSync(NEWER) as Record<string, Uint8Array<ArrayBuffer>>;
  const changed = (change: Record<string, Uint8Array<ArrayBuffer>>): Promise<string> => refusal('x.apkg', zip({ ...parts, ...change }));
  expect(await changed({})).toBe('taken');
  expect(await changed({ meta: Uint8Array.of(8, 4) })).toBe('newest-only');
  expect(await changed({ meta: Uint8Array.of(0xff, 0xff) })).toBe('taken');
  const packed = parts['collection.anki21b']!;
  expect(await changed({ 'collection.anki21b': Uint8Array.from(utf8('SQLite format 3')) })).toBe('damaged');
  expect(await changed({ 'collection.anki21b': packed.slice(0, packed.length - 9) })).toBe('damaged');
  expect(await changed({ 'collection.anki21b': Uint8Array.from([...packed, 0]) })).toBe('damaged');
  expect(await changed({ media: Uint8Array.from(utf8('{"0": "x.png"}')) })).toBe('damaged');
  expect(await changed({ media: stored(Uint8Array.of(0xff, 0xff, 0xff)) })).toBe('damaged');
  // No byte of what is packed that is another makes anything but a refusal or a deck.
  const codes = new Set<string>();
  for (let at = 0; at < packed.length; at += 41) {
    const one = packed.slice();
    one[at]! ^= 0x55;
    codes.add(await changed({ 'collection.anki21b': one }));
  }
  expect(['bomb', 'damaged', 'no-cards', 'taken']).toEqual(expect.arrayContaining([...codes]));
  expect(codes).toContain('damaged');
  // A kilobyte that becomes more than is taken: blocks of one letter 131,072 times; a head that asks for the memory of the machine.
  const letters = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...Array.from({ length: 1_025 }, (_, at) => [(1 << 1) | Number(at === 1_024), 0, 0x10, 65]).flat()]);
  expect(await changed({ 'collection.anki21b': letters })).toBe('bomb');
  expect(await changed({ 'collection.anki21b': stored(new Uint8Array(9), 0xa0) })).toBe('bomb');
  // What a list says of the size of its files is what they are held to.
  const lied = (media: Uint8Array): Blob => zip({ ...parts, media: stored(media) });
  const list = unzstd(parts['media']!, 10_000);
  const size = list.findIndex((byte, at) => byte === 0x10 && list[at + 1] === 0xb8 && list[at + 2] === 0x17);
  expect(size).toBeGreaterThan(0);
  await expect(openDecks('x.apkg', lied(list)).then(({ media }) => media(1))).resolves.toHaveLength(3_000);
  await expect(openDecks('x.apkg', lied(list.map((byte, at) => (at === size + 2 ? 0x16 : byte)))).then(({ media }) => media(1))).rejects.toThrow('unpacked');
  await expect(openDecks('x.apkg', lied(list.map((byte, at) => (at === size + 2 ? 0x18 : byte)))).then(({ media }) => media(1))).rejects.toThrow('damaged');
  expect(() => unzstd(stored(new Uint8Array(200_000)), 199_999)).toThrow('unpacked');
  expect(unzstd(stored(new Uint8Array(200_000)), 200_000)).toHaveLength(200_000);
  // Sizes of kinds are those of all rows together.
  const kinds = { notetypes: [['1', '']], fields: [['1', 0, 'x'.repeat(2 * DECK_LIMITS.kindUnits + 2)]], templates: [], decks: [] } as const;
  expect(() => readCollection({ models: '', decks: '', newer: kinds, notes: [], cards: [], revlog: [] })).toThrow('too-large');
});

const START = Date.UTC(2026, 4, 1, 9);
const own = (id: string, part: Partial<Card> = {}): Card => ({ id, fragment: 'deck', front: 'Gland', back: 'Where it\nenters', frontFiles: [], backFiles: [], made: START, reviews: [], source: null, off: false, newer: false, ...part });

test('{C6} a deck that is saved is read by unzip and sqlite3, and equals; read back by us it is the same', async () => {
  const cards = [
    own('first-card-id', { front: 'A <b> & "c"', reviews: [{ at: START, grade: 3 }, { at: START + 700_000, grade: 3 }] }),
    own('second', { off: true }), own('third', { reviews: [{ at: START, grade: 1 }] }),
  ];
  const at = START + 10 * 86_400_000;
  const file = await writePackage({ name: 'Glands', at, cards: cards.map((card, index) => ({ card, front: { text: card.front, media: index === 0 ? ['a.png'] : [] }, back: { text: card.back, media: index === 0 ? ['b.mp3'] : [] } })), files: [{ name: 'a.png', blob: blob(PNG) }, { name: 'b.mp3', blob: blob(MP3) }] });
  const path = join(FOLDER, 'out.apkg');
  writeFileSync(path, new Uint8Array(await file.arrayBuffer()));
  expect(execFileSync('unzip', ['-tq', path], { encoding: 'utf8' })).toContain('No errors');
  const out = join(FOLDER, 'out');
  execFileSync('unzip', ['-q', path, '-d', out]);
  const ask = (sql: string): unknown[] => JSON.parse(execFileSync('sqlite3', ['-json', join(out, 'collection.anki2'), sql], { encoding: 'utf8' }) || '[]') as unknown[];
  expect(ask('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(ask('SELECT ver, json_extract(models, "$.1700000000092.flds[1].name") AS second, json_array_length(models, "$.1700000000092.tmpls") AS kinds FROM col'.replaceAll('"', "'"))).toEqual([{ ver: 11, second: 'Back', kinds: 1 }]);
  expect(ask("SELECT DISTINCT json_extract(col.decks, '$.' || cards.did || '.name') AS deck FROM cards, col")).toEqual([{ deck: 'Glands' }]);
  expect(ask('SELECT guid, flds, csum FROM notes ORDER BY id')).toEqual([
    // 0x… = the first eight digits of `printf 'A &lt;b&gt; &amp; &quot;c&quot;' | sha1sum`, as Anki computes it of the field without its marks.
    { guid: 'first-card-id', flds: `A &lt;b&gt; &amp; &quot;c&quot;<br><img src="a.png">${U}Where it<br>enters<br>[sound:b.mp3]`, csum: parseInt(execFileSync('sha1sum', { input: 'A &lt;b&gt; &amp; &quot;c&quot;', encoding: 'utf8' }).slice(0, 8), 16) },
    { guid: 'second', flds: `Gland${U}Where it<br>enters`, csum: parseInt(execFileSync('sha1sum', { input: 'Gland', encoding: 'utf8' }).slice(0, 8), 16) },
    { guid: 'third', flds: `Gland${U}Where it<br>enters`, csum: parseInt(execFileSync('sha1sum', { input: 'Gland', encoding: 'utf8' }).slice(0, 8), 16) },
  ]);
  // Known twice: for days. Put aside: in no queue. Not known: being learned.
  expect(ask('SELECT type, queue, ivl, due, reps FROM cards ORDER BY id')).toEqual([{ type: 2, queue: 2, ivl: 2, due: 2, reps: 2 }, { type: 0, queue: -1, ivl: 0, due: 2, reps: 0 }, { type: 1, queue: 1, ivl: 0, due: START / 1000 + 60, reps: 1 }]);
  expect(ask('SELECT r.id, n.guid, r.ease FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid ORDER BY r.id')).toEqual([{ id: START, guid: 'first-card-id', ease: 3 }, { id: START + 1, guid: 'third', ease: 1 }, { id: START + 700_000, guid: 'first-card-id', ease: 3 }]);
  expect(JSON.parse(readFileSync(join(out, 'media'), 'utf8'))).toEqual({ 0: 'a.png', 1: 'b.mp3' });
  expect([new Uint8Array(readFileSync(join(out, '0'))), new Uint8Array(readFileSync(join(out, '1')))]).toEqual([PNG, MP3]);
  const { found, media } = await openDecks('out.apkg', file);
  expect(found.decks).toMatchObject([{ name: 'Glands', cards: [{ front: 'A <b> & "c"', back: 'Where it\nenters', frontFiles: [0], backFiles: [1], reviews: cards[0]!.reviews }, { off: true }, { off: false }] }]);
  expect(await media(1)).toEqual(MP3);
});

test('[limit DECK.fileBytes DECK.unpackedBytes DECK.ratio DECK.entries DECK.collectionBytes DECK.kindUnits] files that are broken, hostile, of the newest form or no decks are refused each in its words, and nothing runs', async () => {
  const good = collection();
  expect(await refusal('x.apkg', zip({ 'collection.anki2': good }))).toBe('taken');
  expect(await refusal('x.apkg', zip({ 'readme.txt': utf8('hello') }))).toBe('no-deck');
  expect(await refusal('x.apkg', blob(utf8('not a zip')))).toBe('no-deck');
  expect(await refusal('x.apkg', blob(new Uint8Array(0)))).toBe('no-deck');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': utf8('SQLite format 3\u0000 and then nothing of the kind') }))).toBe('damaged');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': good.slice(0, 5_000) }))).toBe('damaged');
  const whole = zipSync({ 'collection.anki2': good });
  expect(await refusal('x.apkg', blob(whole.slice(0, whole.length - 30)))).toBe('damaged');
  const cut = whole.slice();
  cut[200]! ^= 0xff;
  expect(await refusal('x.apkg', blob(cut))).toBe('damaged');
  // A view in the place of a table, a table without rows, models that are no JSON, none, or very many letters.
  expect(await refusal('x.apkg', zip({ 'collection.anki2': collection('ALTER TABLE notes RENAME TO real; CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 1 AS mid, id AS flds FROM n;') }))).toBe('damaged');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': collection('DELETE FROM col;') }))).toBe('damaged');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': collection("UPDATE col SET models = '{';") }))).toBe('damaged');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': collection("UPDATE col SET models = '[]';") }))).toBe('no-cards');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': [collection(`UPDATE col SET models = hex(zeroblob(${DECK_LIMITS.kindUnits}));`), { level: 0 }] }))).toBe('too-large');
  expect(await refusal('x.apkg', zip({ 'collection.anki2': [new Uint8Array(8_000_000), { level: 9 }] }))).toBe('bomb');
  expect(await refusal('x.apkg', zip(Object.fromEntries([['collection.anki2', good], ...Array.from({ length: DECK_LIMITS.entries + 1 }, (_, at) => [`${at}`, new Uint8Array(0)])]) as Zippable))).toBe('too-large');
  // What a size says is looked at before anything of it is read.
  const sized = (size: number): Blob => ({ size, slice: () => blob(new Uint8Array(0)) }) as unknown as Blob;
  expect(await refusal('x.apkg', sized(DECK_LIMITS.fileBytes + 1))).toBe('too-large');
  const huge = zipSync({ 'collection.anki2': good });
  const view = new DataView(huge.buffer);
  const list = view.getUint32(huge.length - 6, true);
  view.setUint32(list + 24, DECK_LIMITS.collectionBytes + 1, true);
  expect(await refusal('x.apkg', blob(huge))).toBe('too-large');
  view.setUint32(list + 24, 0xffff0000, true);
  expect(['bomb', 'too-large', 'damaged']).toContain(await refusal('x.apkg', blob(huge)));
});

test('[limit DECK.cards DECK.answers DECK.kinds] more cards than are taken are refused, more answers and kinds are left out', () => {
  const rows = { models: JSON.stringify(MODELS), decks: JSON.stringify(DECKS), newer: null, notes: [['10', '1', `a${U}b`]] as [string, string, string][], cards: [['100', '10', '1', 0, 0]] as [string, string, string, number, number][], revlog: [] as [number, string, number][] };
  const many = Array.from({ length: DECK_LIMITS.cards + 1 }, (_, at) => [String(at), '10', '1', 0, 0] as [string, string, string, number, number]);
  expect(() => readCollection({ ...rows, cards: many })).toThrow('too-many-cards');
  const answered = readCollection({ ...rows, revlog: Array.from({ length: DECK_LIMITS.answers + 3 }, (_, at) => [at + 1, '100', 3]) });
  expect(answered.decks[0]!.cards[0]!.reviews).toHaveLength(DECK_LIMITS.answers);
  const kinds = Object.fromEntries(Array.from({ length: DECK_LIMITS.kinds + 1 }, (_, at) => [at + 1000, MODELS[1]]));
  expect(() => readCollection({ ...rows, models: JSON.stringify({ ...kinds, 999_999: MODELS[1] }), notes: [['10', '999999', `a${U}b`]] })).toThrow('no-cards');
});

const PAGE = 4_096;

/** A file in which all pages below the root of a table are one, the first of them; with more levels the root stands in itself so many times, and its rows are the number of its pages to that power. */
function folded(change: string, table: string, levels: number): Uint8Array {
  const given = collection(change);
  const path = join(FOLDER, 'folded.anki2');
  writeFileSync(path, given);
  const root = Number(execFileSync('sqlite3', [path, `SELECT rootpage FROM sqlite_master WHERE name = '${table}'`], { encoding: 'utf8' })) - 1;
  const out = new Uint8Array(given.length + (levels - 1) * PAGE);
  out.set(given);
  const view = new DataView(out.buffer);
  expect(view.getUint8(root * PAGE), 'a page of pages').toBe(5);
  const own = given.slice(root * PAGE, (root + 1) * PAGE);
  const first = view.getUint32(root * PAGE + view.getUint16(root * PAGE + 12));
  const pages = given.length / PAGE;
  const point = (page: number, to: number): void => {
    view.setUint32(page * PAGE + 8, to);
    for (let at = 0; at < view.getUint16(page * PAGE + 3); at++) view.setUint32(page * PAGE + view.getUint16(page * PAGE + 12 + 2 * at), to);
  };
  for (let level = 1; level < levels; level++) {
    out.set(own, (pages + level - 1) * PAGE);
    point(pages + level - 1, level === 1 ? first : pages + level - 1);
  }
  point(root, levels === 1 ? first : pages + levels - 1);
  view.setUint32(28, pages + levels - 1);
  return out;
}
const COUNT = (to: number): string => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`;

test('{C6} pages of a collection that stand in each other: rows without an end are not put in order, and text that many rows name is counted for each', async () => {
  const cards = `DROP TABLE cards; CREATE TABLE cards (id int, nid int, did int, ord int, queue int, more text); ${COUNT(100)} INSERT INTO cards SELECT 1000 - i, 10, 1, 0, 0, printf('%.*c', 3000, 'x') FROM n;`;
  const most = { cards: 500, answers: 10, units: 100_000 };
  expect((await readCollectionFile(collection(cards), most)).cards.map(([id]) => id)).toEqual(Array.from({ length: 100 }, (_, at) => String(900 + at)));
  expect((await readCollectionFile(folded(cards, 'cards', 2), most)).cards).toHaveLength(501);
  expect(await refusal('x.apkg', zip({ 'collection.anki2': folded(cards, 'cards', 5) }))).toBe('too-many-cards');
  const notes = `DELETE FROM notes; ${COUNT(300)} INSERT INTO notes SELECT 1000 + i, '', 1, 0, 0, '', printf('%.*c', CASE i WHEN 1 THEN 1000000 ELSE 3000 END, 'x'), 0, 0, 0, '' FROM n;`;
  expect((await readCollectionFile(collection(notes), { ...most, units: 3_000_000 })).notes).toHaveLength(300);
  expect(await refusal('x.apkg', zip({ 'collection.anki2': [folded(notes, 'notes', 1), { level: 0 }] }))).toBe('too-large');
});

test('[limit DECK.media DECK.mediaBytes DECK.mediaBytesAll] pictures and sounds beyond the limits are left out and named', async () => {
  const names = Array.from({ length: DECK_LIMITS.media + 2 }, (_, at) => `p${at}.png`);
  const notes = Array.from({ length: 101 }, (_, at) => `INSERT INTO notes VALUES (${1000 + at}, 'x${at}', 1, 0, 0, '', ${quote(`${names.slice(at * 20, at * 20 + 20).map((name) => `<img src="${name}">`).join('')}${U}b`)}, 0, 0, 0, ''); INSERT INTO cards VALUES (${1000 + at}, ${1000 + at}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '');`).join('\n');
  const parts = Object.fromEntries(names.map((_, at) => [String(at), PNG]));
  const { found } = await openDecks('x.apkg', zip({ 'collection.anki2': collection(`DELETE FROM cards; ${notes}`), 'media': utf8(JSON.stringify(Object.fromEntries(names.map((name, at) => [at, name])))), ...parts }));
  expect(found.files).toHaveLength(DECK_LIMITS.media);
  expect(found.missing).toEqual(names.slice(DECK_LIMITS.media));
  // The list of the archive says how large a part is: what is too large is not begun.
  const big = zipSync({ 'collection.anki2': collection(), 'media': utf8(JSON.stringify({ 0: 'gland one.png', 1: 'gland.mp3' })), '0': PNG, '1': MP3 });
  const view = new DataView(big.buffer);
  const line = (name: string): number => { for (let at = view.getUint32(big.length - 6, true); ; at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true)) if (new TextDecoder().decode(big.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))) === name) return at; };
  view.setUint32(line('0') + 24, DECK_LIMITS.mediaBytes + 1, true);
  expect((await openDecks('x.apkg', blob(big))).found).toMatchObject({ files: [{ name: 'gland.mp3' }], missing: ['gland one.png'] });
  view.setUint32(line('0') + 24, DECK_LIMITS.mediaBytes, true);
  expect((await openDecks('x.apkg', blob(big))).found.files).toHaveLength(2);
  expect(DECK_LIMITS.mediaBytesAll).toBeGreaterThan(DECK_LIMITS.mediaBytes);
});

test('lines of values: what is written comes back the same, what would be a formula elsewhere is none, and files of Anki and of tables are read', async () => {
  const cards = [{ front: 'a, "b"', back: 'two\nlines' }, { front: '=1+1', back: "'quoted'" }, { front: 'ё', back: '–' }];
  const csv = writeCsv(cards);
  expect(csv).toContain("'=1+1");
  expect(readCsv(csv)).toEqual({ cards, empty: 0 });
  expect(readCsv('#separator:tab\n#html:false\nfront\tback\nonly front\t\n').cards).toEqual([{ front: 'front', back: 'back' }]);
  expect(readCsv('a;b;more\r\n"c;d";e\r\n')).toEqual({ cards: [{ front: 'a', back: 'b' }, { front: 'c;d', back: 'e' }], empty: 0 });
  expect(() => readCsv('one column\nalone')).toThrow('no-cards');
  expect(() => readCsv('a,b\n'.repeat(DECK_LIMITS.cards + 30))).toThrow('too-many-cards');
  const { found } = await openDecks('Glands.csv', blob(utf8(csv)));
  expect(found.decks).toMatchObject([{ name: 'Glands', cards: [{ front: 'a, "b"' }, { front: '=1+1' }, { front: 'ё' }] }]);
});
