/** Which person's database a tab works with. */
import { expect, test } from 'vitest';
import { chooseDatabase, chooseFleeting, chosenDatabase, isDatabase, isFleeting, isReading, newDatabase, openClosed, readInTab, readingDatabase, startFleeting } from '#boot/database-name';
import { encodeReadLink } from '#vm/protocol/read-link';

class Room {
  readonly held = new Map<string, string>();
  getItem(key: string): string | null {
    return this.held.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.held.set(key, value);
  }
}

/** A browser; each call gives a tab of it. */
function browser() {
  const shared = new Room();
  return () => {
    const own = new Room();
    return { tab: () => own, browser: () => shared };
  };
}

test('a tab stays with its person over reloads, whoever is chosen in another; a new tab takes whom was chosen last', () => {
  const open = browser();
  const [one, two] = [open(), open()];
  expect([chosenDatabase(one), chosenDatabase(two)]).toEqual(['lgos', 'lgos']);
  chooseDatabase('lgos-aaaaaaaaaa', one);
  const three = open();
  expect([chosenDatabase(one), chosenDatabase(two), chosenDatabase(three)]).toEqual(['lgos-aaaaaaaaaa', 'lgos', 'lgos-aaaaaaaaaa']);
  chooseDatabase('lgos', one);
  expect([chosenDatabase(one), chosenDatabase(three), chosenDatabase(open())]).toEqual(['lgos', 'lgos-aaaaaaaaaa', 'lgos']);
});

test('a name that is none, and storage that is switched off, give the first person', () => {
  const rooms = browser()();
  for (const none of ['', 'other', 'lgos-', 'lgos-UPPERCASE0', '../lgos', 'lgos-aaaaaaaaaaa']) {
    rooms.tab().setItem('lgos/database', none);
    expect(isDatabase(none)).toBe(false);
    rooms.browser().setItem('lgos/database', none);
    expect(chosenDatabase(rooms)).toBe('lgos');
  }
  const off = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  expect(chosenDatabase({ tab: off, browser: off })).toBe('lgos');
});

test('new names are of the form and differ with their bytes', () => {
  const names = [0, 1, 255].map((byte) => newDatabase(new Uint8Array(10).fill(byte)));
  expect(names.every(isDatabase)).toBe(true);
  expect(new Set(names).size).toBe(3);
});

test('a public link has a database of its own, in one tab', () => {
  const open = browser();
  const [one, two] = [open(), open()];
  chooseDatabase('lgos-aaaaaaaaaa', two);
  const link = (byte: number): string => `https://x.org/${encodeReadLink({ space: new Uint8Array(32).fill(9), uid: new Uint8Array(32).fill(byte), seed: new Uint8Array(32).fill(7), signaling: [], hint: { title: 'a', space: 'b', until: null } })}`;
  expect(new Set([readingDatabase(link(1)), readingDatabase(link(2)), readingDatabase(link(1))]).size).toBe(2);
  expect([link(1), 'https://x.org/#/read/', '#/read/AA'].map(readingDatabase).every(isReading)).toBe(true);
  expect([isDatabase(readingDatabase(link(1))), isReading('lgos')]).toEqual([false, false]);
  readInTab(link(1), one);
  expect([chosenDatabase(one), chosenDatabase(two), chosenDatabase(open())]).toEqual([readingDatabase(link(1)), 'lgos-aaaaaaaaaa', 'lgos-aaaaaaaaaa']);
});

test('a tab that keeps nothing has the name of no database, says at a reload that it begins anew, and leaves every other tab as it was', () => {
  const open = browser();
  const [one, two] = [open(), open()];
  chooseDatabase('lgos-aaaaaaaaaa', two);
  expect(startFleeting(one)).toBe(null);
  chooseFleeting('begins', one);
  const name = chosenDatabase(one);
  expect([isFleeting(name), isDatabase(name), isReading(name), chosenDatabase(one) === name]).toEqual([true, false, false, true]);
  expect([startFleeting(one), startFleeting(one), chosenDatabase(one) === name]).toEqual(['begins', 'again', true]);
  // A public link is read in its memory as well.
  readInTab('https://x.org/#/read/AA', one);
  expect(chosenDatabase(one)).toBe(name);
  chooseFleeting('closed', one);
  expect([startFleeting(one), startFleeting(one), isFleeting(chosenDatabase(one))]).toEqual(['closed', 'closed', true]);
  expect([startFleeting(two), chosenDatabase(two), startFleeting(open()), chosenDatabase(open())]).toEqual([null, 'lgos-aaaaaaaaaa', null, 'lgos-aaaaaaaaaa']);
  // A link that is put into a closed one begins it anew; nothing else does, and no other tab is changed by it.
  for (const tab of [one, two]) openClosed(tab);
  expect([startFleeting(one), startFleeting(two)]).toEqual(['begins', null]);
  openClosed(one);
  expect(startFleeting(one)).toBe('again');
  chooseFleeting(null, one);
  expect([startFleeting(one), chosenDatabase(one)]).toEqual([null, 'lgos-aaaaaaaaaa']);
});
