/** Which person of this browser a tab works with: each has a database of their own, whose name also parts locks and notices of tabs. */

/** The database of the first person. */
export const FIRST_DATABASE = 'lgos';

const FORM = /^lgos(-[a-z2-7]{10})?$/;
/** Where a tab remembers its own, over reloads; and the browser the one chosen last, for new tabs. Nothing is lost with them: databases are found by their names. */
const TAB_KEY = 'lgos/database';

/** Is this the name of a person's database? */
export const isDatabase = (name: unknown): name is string => typeof name === 'string' && FORM.test(name);

/** The database of pieces of files beside a person's own. */
export const filesDatabase = (name: string): string => `${name}/files`;

/** The database of models beside a person's own. */
export const modelsDatabase = (name: string): string => `${name}/models`;

/** What a tab that keeps nothing remembers of itself over a reload, and nothing else (decisions/0051): which of its starts comes next. */
const FLEETING = /^lgosm(?::(again|closed))?$/;
/** begins: for the first time · again: it was loaded anew, and so is empty · closed: a person closed it. */
export type Fleeting = 'begins' | 'again' | 'closed';

/** Is it the name of such a tab? It is of no database: locks and notices of the tab have it. */
export const isFleeting = (name: string): boolean => name.startsWith('lgosm-');

/** The name of the database of a public link. */
const READING = /^lgosr-[a-z2-7]{10}$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Is it the database of a public link? */
export const isReading = (name: string): boolean => READING.test(name);

/** The database of a link (its whole address): out of the id that stands in it. */
export function readingDatabase(link: string): string {
  const payload = link.slice(link.indexOf('#/read/') + 7);
  return `lgosr-${Array.from({ length: 10 }, (_, i) => LETTERS[(payload.charCodeAt(52 + i) || 0) & 31]).join('')}`;
}

/** This tab reads by the link, also after a reload; other tabs are as they were, and one that keeps nothing reads in its memory. */
export function readInTab(link: string, rooms: Rooms = ROOMS): void {
  try {
    if (!FLEETING.test(rooms.tab().getItem(TAB_KEY) ?? '')) rooms.tab().setItem(TAB_KEY, readingDatabase(link));
  } catch {
    // Storage is switched off: the kernel says that there is somebody already, if there is.
  }
}

/** A new name. */
export const newDatabase = (random: Uint8Array): string => newName(FIRST_DATABASE, random);

function newName(begin: string, random: Uint8Array): string {
  return `${begin}-${Array.from(random.subarray(0, 10), (byte) => LETTERS[byte & 31]).join('')}`;
}

type Rooms = Readonly<Record<'tab' | 'browser', () => Pick<Storage, 'getItem' | 'setItem'>>>;

/** The storages of this page; reading one throws where the browser forbids it. */
const ROOMS: Rooms = { tab: () => sessionStorage, browser: () => localStorage };

/** Made for this page, should it be of a tab that keeps nothing: two of them share nothing. */
const PAGE_NAME = newName('lgosm', crypto.getRandomValues(new Uint8Array(10)));

/** How this page begins, when it keeps nothing; null in every other tab. Asked once: the next start of the tab is another one. */
export function startFleeting(rooms: Rooms = ROOMS): Fleeting | null {
  try {
    const found = FLEETING.exec(rooms.tab().getItem(TAB_KEY) ?? '');
    if (!found) return null;
    if (found[1] === undefined) rooms.tab().setItem(TAB_KEY, 'lgosm:again');
    return (found[1] as Fleeting | undefined) ?? 'begins';
  } catch {
    return null;
  }
}

/** From its next start on this tab keeps nothing, or shows that it was closed, or (null) is like every other. Throws where the browser forbids storage. */
export function chooseFleeting(next: 'begins' | 'closed' | null, rooms: Rooms = ROOMS): void {
  rooms.tab().setItem(TAB_KEY, next === null ? '' : next === 'begins' ? 'lgosm' : 'lgosm:closed');
}

/** A link that is put into a tab that was closed begins it anew, keeping nothing: the page of its end would take the link away unread. */
export function openClosed(rooms: Rooms = ROOMS): void {
  try {
    if (rooms.tab().getItem(TAB_KEY) === 'lgosm:closed') chooseFleeting('begins', rooms);
  } catch {
    // Storage is switched off: it was not closed.
  }
}

/** The one this tab works with. A tab that was never told takes the one chosen last, else the first, and stays with it. */
export function chosenDatabase(rooms: Rooms = ROOMS): string {
  const read = (room: keyof Rooms): string | null => {
    try {
      const name = rooms[room]().getItem(TAB_KEY);
      if (room === 'tab' && name !== null && FLEETING.test(name)) return PAGE_NAME;
      return isDatabase(name) || (room === 'tab' && name !== null && isReading(name)) ? name : null;
    } catch {
      // Storage is switched off: there is one person.
      return null;
    }
  };
  const own = read('tab');
  if (own !== null) return own;
  const name = read('browser') ?? FIRST_DATABASE;
  try {
    // Else a reload after another tab chose would bring another person.
    rooms.tab().setItem(TAB_KEY, name);
  } catch {
    // As above.
  }
  return name;
}

/** From the next start of this tab on, and for tabs opened later. */
export function chooseDatabase(name: string, rooms: Rooms = ROOMS): void {
  for (const room of ['tab', 'browser'] as const) rooms[room]().setItem(TAB_KEY, name);
}
