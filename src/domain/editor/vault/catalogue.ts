/** Which files come together, and what a link of one of them leads to. */
import { cutText } from '#base/plain-text';
import type { Note } from '#domain/editor/files';
import type { DraftFile, Links, PlacedFile } from '#domain/editor/ingest';
import { CHANNEL_TITLE_MAX, VAULT_LIMITS } from '#domain/shared';
import type { Attachments } from './attachments.ts';
import { baseOf, decoded, folderOf, joined, keyOf, stemOf } from './paths.ts';
import { notionAddress, notionId } from './notion.ts';

const PAGE = /\.(?:md|markdown|mdown|html?|xhtml|txt|csv)$/i;

/** Is a file read as a page? By its name. */
export const isPage = (path: string): boolean => PAGE.test(path);

/** Files by all names they may be called by. */
export class Catalogue {
  private readonly byPath = new Map<string, number>();
  private readonly byName = new Map<string, number[]>();
  private readonly byId = new Map<string, number>();
  private readonly others = new Map<string, string>();

  /** `pages`: in the order of their places; `others`: files that are none. */
  constructor(readonly pages: readonly string[], others: readonly string[]) {
    for (const [at, path] of pages.entries()) {
      this.enter(path, at);
      const name = keyOf(stemOf(baseOf(path)));
      this.byName.set(name, [...(this.byName.get(name) ?? []), at]);
      const id = notionId(stemOf(baseOf(path)));
      if (id !== null && !this.byId.has(id)) this.byId.set(id, at);
    }
    for (const path of others) {
      this.others.set(keyOf(path), path);
      this.others.set(keyOf(baseOf(path)), path);
    }
  }

  /** Another name of a page: of two with one name the first counts. */
  enter(path: string, at: number): void {
    if (!this.byPath.has(keyOf(path))) this.byPath.set(keyOf(path), at);
  }

  /** The page a name leads to, written in a file of `folder`: a way from there or from the top, else the end of a way; the one in the same folder first, then the shortest. */
  find(folder: string, name: string): number | null {
    if (name === '') return null;
    for (const way of [joined(folder, name), joined('', name)]) {
      if (way === null) continue;
      for (const ending of ['', '.md', '.markdown', '.html', '.csv', '.txt']) {
        const at = this.byPath.get(keyOf(way + ending));
        if (at !== undefined) return at;
      }
    }
    const wanted = keyOf(isPage(name) ? stemOf(name) : name).replace(/^(?:\.{0,2}\/)+/, '');
    const fits = (this.byName.get(baseOf(wanted)) ?? []).filter((at) => `/${keyOf(stemOf(this.pages[at]!))}`.endsWith(`/${wanted}`));
    const rank = (at: number): number => (folderOf(this.pages[at]!) === folder ? -1 : this.pages[at]!.split('/').length);
    return fits.reduce<number | null>((best, at) => (best === null || rank(at) < rank(best) ? at : best), null);
  }

  /** By the id Notion gave it. */
  ofNotion(url: string): number | null {
    const id = notionAddress(url);
    return id === null ? null : (this.byId.get(id) ?? null);
  }

  /** A file that is no page, by its name. */
  other(folder: string, name: string): string | null {
    const way = joined(folder, name);
    return (way === null ? undefined : this.others.get(keyOf(way))) ?? this.others.get(keyOf(baseOf(name))) ?? null;
  }
}

/** UTF-16 units of an address that is looked at; longer ones lead nowhere. */
const ADDRESS_MAX = 4_000;
/** An address of its own kind: of the web, of mail, of this app. */
const OWN_KIND = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** The links and files of one page. What does not come with it is remembered by its name. */
export class PageLinks implements Links {
  readonly together = true;
  /** Files that come in with the page, by their places. */
  readonly attached: DraftFile[] = [];
  /** Files that are left out, those among them that are too many or too large, and pages that are not there. */
  private readonly files = new Set<string>();
  private readonly over = new Set<string>();
  private readonly lost = new Set<string>();
  private readonly places = new Map<string, PlacedFile>();
  private readonly folder: string;
  /** What was found before: a page says the same names over and over. */
  private readonly known = new Map<string, number | null>();

  constructor(private readonly catalogue: Catalogue, private readonly page: number, private readonly attachments: Attachments) {
    this.folder = folderOf(catalogue.pages[page]!);
  }

  file(url: string): PlacedFile | null {
    if (url.length > ADDRESS_MAX || OWN_KIND.test(url.trim())) return null;
    const name = decoded(url.trim().replace(/[#|?].*$/, ''));
    const path = name === '' || this.find(name) !== null ? null : this.catalogue.other(this.folder, name);
    return path === null ? null : this.at(path);
  }

  /** The file at exactly this place. */
  at(path: string): PlacedFile | null {
    const known = this.places.get(path);
    if (known) return known;
    const file = this.attachments.take(path);
    if (file === 'over') this.over.add(baseOf(path));
    if (file === null || file === 'over') return null;
    const placed = { place: `~${this.attached.length}`, name: file.name };
    this.attached.push(file);
    this.places.set(path, placed);
    return placed;
  }

  /** What was left out, by its names. */
  notes(): Note[] {
    const here = new Set([...this.places.keys()].map(baseOf));
    const left = [...this.files].filter((name) => !this.over.has(name) && !here.has(name));
    const told = [['files', left], ['over', [...this.over]], ['lost', [...this.lost]]] as const;
    return told.flatMap(([code, names]) => (names.length > 0 ? [{ code, names: names.slice(0, VAULT_LIMITS.namesTold).map((one) => cutText(one, CHANNEL_TITLE_MAX)) }] : []));
  }

  to(url: string): string | null | undefined {
    if (url.length > ADDRESS_MAX) return undefined;
    const given = url.trim();
    if (OWN_KIND.test(given)) {
      const at = this.catalogue.ofNotion(given);
      return at === null ? undefined : placeOf(at, '');
    }
    if (given.startsWith('#/')) return undefined;
    const hash = given.indexOf('#');
    const path = (hash < 0 ? given : given.slice(0, hash)).replace(/\?.*$/, '');
    return this.lead(decoded(path), hash < 0 ? '' : decoded(given.slice(hash + 1)));
  }

  named(target: string): string | null {
    const [path = '', ...behind] = target.split('#');
    return this.lead(path.trim(), behind.at(-1)?.trim() ?? '');
  }

  shown(url: string): boolean {
    if (url.length > ADDRESS_MAX) return false;
    const name = decoded(url.trim()).replace(/[#|?].*$/, '');
    if (OWN_KIND.test(url) || name === '' || this.find(name) !== null) return false;
    // What has an ending is a file, here or not.
    if (this.catalogue.other(this.folder, name) === null && !/\.[a-z0-9]{2,5}$/i.test(name)) return false;
    this.files.add(baseOf(name));
    return true;
  }

  private find(name: string): number | null {
    let at = this.known.get(name);
    if (at === undefined) this.known.set(name, (at = this.catalogue.find(this.folder, name)));
    return at;
  }

  private lead(path: string, within: string): string | null {
    const at = path === '' ? this.page : this.find(path);
    if (at !== null) return placeOf(at, within);
    const other = this.catalogue.other(this.folder, path);
    if (other === null) this.lost.add(baseOf(path) || path);
    else this.files.add(baseOf(other));
    return null;
  }
}

/** The place of a page in a draft, with the heading that is meant. */
const placeOf = (at: number, within: string): string => {
  const heading = encodeURIComponent(cutText(within, 200));
  return heading === '' ? `~${at}` : `~${at}?${heading}`;
};
