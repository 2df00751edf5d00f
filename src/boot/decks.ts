/** Decks out of packages of Anki and lines of values, and into packages: the parts of the archive, its collection, and the files that cards name. */
import { ZipShelf, type Source, type ZipEntry } from '#adapters/files/zip-read';
import { ZipOut } from '#adapters/files/zip-write';
import { FileFault } from '#adapters/files/unpack';
import { unzstd } from '#adapters/files/zstd';
import { readCollectionFile, TooMuchText, writeCollectionFile } from '#adapters/sqlite/collection';
import { DeckFault, DECK_LIMITS, mediaList, NEWEST, packageVersion, readCollection, readCsv, writeCollection, type CardFound, type DecksFound, type DecksRead, type Side, type ToDecks } from '#domain/learn/anki';
import { decodeText } from '#domain/editor/ingest';

const LIMITS = { entries: DECK_LIMITS.entries, unpacked: DECK_LIMITS.unpackedBytes, ratio: DECK_LIMITS.ratio };
const sourceOf = (file: Blob): Source => ({ size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) });
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
/** Bytes of what says the version of a package. */
const META = 1_024;

/** What is wrong with a file, in our words. */
export function deckFaultOf(error: unknown): DeckFault {
  if (error instanceof DeckFault) return error;
  const found = error instanceof Error ? error.message.slice(0, 200) : String(error);
  if (error instanceof TooMuchText) return new DeckFault('too-large', found);
  if (!(error instanceof FileFault)) return new DeckFault('damaged', found);
  return new DeckFault(error.code === 'bomb' || error.code === 'unpacked' ? 'bomb' : error.code === 'too-many-files' ? 'too-large' : 'damaged', found);
}

/** An open file of decks: what is in it, and its media when they are asked for. */
export interface OpenDecks {
  readonly found: DecksFound;
  media(at: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads a package of Anki, or a file of values. Throws. */
export async function openDecks(name: string, file: Blob): Promise<OpenDecks> {
  if (file.size > DECK_LIMITS.fileBytes) throw new DeckFault('too-large', String(file.size));
  const head = await sourceOf(file).read(0, 4);
  if (head[0] === 0x50 && head[1] === 0x4b) return openPackage(file);
  if (/\.(apkg|colpkg|zip)$/i.test(name) || head.length === 0) throw new DeckFault('no-deck', name.slice(-80));
  const { cards, empty } = readCsv(decodeText(await sourceOf(file).read(0, file.size)).text);
  const plain = name.replace(/\.[^.]{1,8}$/, '');
  return { found: { decks: [{ name: plain, cards: cards.map((card): CardFound => ({ ...card, frontFiles: [], backFiles: [], reviews: [], off: false })) }], files: [], empty, missing: [] }, media: () => Promise.reject(new DeckFault('damaged')) };
}

async function openPackage(file: Blob): Promise<OpenDecks> {
  const shelf = await ZipShelf.open(sourceOf(file), LIMITS, utf8);
  const parts = new Map(shelf.entries.map((entry) => [entry.name, entry]));
  // A newer form is packed another way, and has a collection of the old form beside it that only says so.
  const newer = parts.get('collection.anki21b');
  const collection = newer ?? parts.get('collection.anki21') ?? parts.get('collection.anki2');
  if (!collection) throw new DeckFault('no-deck');
  if (collection.size > DECK_LIMITS.collectionBytes) throw new DeckFault('too-large', String(collection.size));
  const meta = parts.get('meta');
  if (meta && meta.size <= META && packageVersion(await shelf.read(meta)) > NEWEST) throw new DeckFault('newest-only');
  const packed = await shelf.read(collection);
  const read = readCollection(await readCollectionFile(newer ? unzstd(packed, DECK_LIMITS.collectionBytes) : packed, { ...DECK_LIMITS, units: DECK_LIMITS.unpackedBytes / 2 }));
  const names = await mediaOf(shelf, parts, newer !== undefined);
  const { found, entries } = withFiles(read, names);
  const media = async (at: number): Promise<Uint8Array<ArrayBuffer>> => {
    const entry = entries[at];
    if (!entry) throw new DeckFault('damaged', String(at));
    const bytes = (await shelf.read(entry.part, { left: DECK_LIMITS.mediaBytes })) as Uint8Array<ArrayBuffer>;
    if (!newer) return bytes;
    const whole = unzstd(bytes, entry.size);
    if (whole.length !== entry.size) throw new DeckFault('damaged', entry.part.name);
    return whole;
  };
  return { found, media };
}

/** A file of the package: its part, and its bytes when it is unpacked. */
interface Held {
  readonly part: ZipEntry;
  readonly size: number;
}

/** Name of a file → its part: `media` says which number stands for which name. */
async function mediaOf(shelf: ZipShelf, parts: ReadonlyMap<string, ZipEntry>, newer: boolean): Promise<Map<string, Held>> {
  const list = parts.get('media');
  if (!list || list.size > DECK_LIMITS.kindUnits) return new Map();
  if (newer) return new Map(mediaList(unzstd(await shelf.read(list), DECK_LIMITS.kindUnits)).flatMap(({ name, size, part }) => (parts.has(part) ? [[name.normalize('NFC'), { part: parts.get(part)!, size }] as const] : [])));
  let named: unknown;
  try {
    named = JSON.parse(utf8(await shelf.read(list)));
  } catch (error) {
    if (error instanceof FileFault) throw error;
    return new Map();
  }
  return new Map(Object.entries(typeof named === 'object' && named !== null ? named : {}).flatMap(([part, name]) => (typeof name === 'string' && parts.has(part) ? [[name.normalize('NFC'), { part: parts.get(part)!, size: parts.get(part)!.size }] as const] : [])));
}

/** Cards with numbers of the files they name; a file that two cards name is one. */
function withFiles({ decks, empty }: DecksRead, names: ReadonlyMap<string, Held>): { found: DecksFound; entries: Held[] } {
  const files: { name: string; size: number }[] = [];
  const entries: Held[] = [];
  const known = new Map<string, number | null>();
  let left = DECK_LIMITS.mediaBytesAll;
  const number = (name: string): number | null => {
    const key = name.normalize('NFC');
    const before = known.get(key);
    if (before !== undefined) return before;
    const entry = names.get(key);
    const takes = entry !== undefined && Math.max(entry.size, entry.part.size) <= DECK_LIMITS.mediaBytes && entry.size <= left && files.length < DECK_LIMITS.media;
    known.set(key, takes ? files.length : null);
    if (!takes) return null;
    left -= entry.size;
    entries.push(entry);
    files.push({ name: key.split(/[\\/]/).at(-1)!.slice(0, 200), size: entry.size });
    return files.length - 1;
  };
  const numbers = ({ media }: Side): number[] => media.flatMap((name) => number(name) ?? []);
  const found = decks.map((deck) => ({ name: deck.name, cards: deck.cards.map(({ front, back, reviews, off }): CardFound => ({ front: front.text, back: back.text, frontFiles: numbers(front), backFiles: numbers(back), reviews, off })) }));
  return { found: { decks: found, files, empty, missing: [...known].flatMap(([name, at]) => (at === null ? [name.slice(0, 200)] : [])).slice(0, DECK_LIMITS.kinds) }, entries };
}

/** A package of one deck, which every version of Anki takes. */
export async function writePackage({ name, at, cards, files }: Extract<ToDecks, { write: unknown }>['write']): Promise<Blob> {
  const parts: Blob[] = [];
  const zip = new ZipOut(new Date(at), (part) => parts.push(new Blob([part as Uint8Array<ArrayBuffer>])));
  zip.put('collection.anki2', await writeCollectionFile(writeCollection(name, cards, at)));
  for (const [index, { blob }] of files.entries()) {
    const out = zip.file(String(index), false);
    out.write(new Uint8Array(await blob.arrayBuffer()));
    out.end();
  }
  zip.put('media', new TextEncoder().encode(JSON.stringify(Object.fromEntries(files.map((one, index) => [index, one.name])))));
  zip.end();
  return new Blob(parts, { type: 'application/octet-stream' });
}
