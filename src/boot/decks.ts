/** Decks out of packages of Anki and lines of values, and into packages: the parts of the archive, its collection, and the files that cards name. */
import { ZipShelf, type Source, type ZipEntry } from '#adapters/files/zip-read';
import { ZipOut } from '#adapters/files/zip-write';
import { FileFault } from '#adapters/files/unpack';
import { readCollectionFile, TooMuchText, writeCollectionFile } from '#adapters/sqlite/collection';
import { DeckFault, DECK_LIMITS, readCollection, readCsv, writeCollection, type CardFound, type DecksFound, type DecksRead, type Side, type ToDecks } from '#domain/learn/anki';
import { decodeText } from '#domain/editor/ingest';

const LIMITS = { entries: DECK_LIMITS.entries, unpacked: DECK_LIMITS.unpackedBytes, ratio: DECK_LIMITS.ratio };
const sourceOf = (file: Blob): Source => ({ size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) });
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

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
  // The newest form is packed another way, with an empty collection of the old form beside it.
  if (parts.has('collection.anki21b')) throw new DeckFault('newest-only');
  const collection = parts.get('collection.anki21') ?? parts.get('collection.anki2');
  if (!collection) throw new DeckFault('no-deck');
  if (collection.size > DECK_LIMITS.collectionBytes) throw new DeckFault('too-large', String(collection.size));
  const read = readCollection(await readCollectionFile(await shelf.read(collection), { ...DECK_LIMITS, units: DECK_LIMITS.unpackedBytes / 2 }));
  const names = await mediaOf(shelf, parts);
  const { found, entries } = withFiles(read, names);
  const media = async (at: number): Promise<Uint8Array<ArrayBuffer>> => {
    const entry = entries[at];
    if (!entry) throw new DeckFault('damaged', String(at));
    return (await shelf.read(entry, { left: DECK_LIMITS.mediaBytes })) as Uint8Array<ArrayBuffer>;
  };
  return { found, media };
}

/** Name of a file → its part: `media` says which number stands for which name. */
async function mediaOf(shelf: ZipShelf, parts: ReadonlyMap<string, ZipEntry>): Promise<Map<string, ZipEntry>> {
  const list = parts.get('media');
  if (!list || list.size > DECK_LIMITS.kindUnits) return new Map();
  let named: unknown;
  try {
    named = JSON.parse(utf8(await shelf.read(list)));
  } catch (error) {
    if (error instanceof FileFault) throw error;
    return new Map();
  }
  return new Map(Object.entries(typeof named === 'object' && named !== null ? named : {}).flatMap(([part, name]) => (typeof name === 'string' && parts.has(part) ? [[name.normalize('NFC'), parts.get(part)!] as const] : [])));
}

/** Cards with numbers of the files they name; a file that two cards name is one. */
function withFiles({ decks, empty }: DecksRead, names: ReadonlyMap<string, ZipEntry>): { found: DecksFound; entries: ZipEntry[] } {
  const files: { name: string; size: number }[] = [];
  const entries: ZipEntry[] = [];
  const known = new Map<string, number | null>();
  let left = DECK_LIMITS.mediaBytesAll;
  const number = (name: string): number | null => {
    const key = name.normalize('NFC');
    const before = known.get(key);
    if (before !== undefined) return before;
    const entry = names.get(key);
    const takes = entry !== undefined && entry.size <= DECK_LIMITS.mediaBytes && entry.size <= left && files.length < DECK_LIMITS.media;
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
