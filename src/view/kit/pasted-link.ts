/** A link that was copied from a page comes as its address and, beside it, as HTML with its title: the title is kept, so that nobody has to ask that page for it. Pure. */

/** More is no single link, UTF-16 units. */
const HTML_MAX = 16_384;
const TITLE_MAX = 160;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const decoded = (text: string): string => text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (all, ten?: string, hex?: string, name?: string) => {
  if (name) return NAMED[name.toLowerCase()] ?? all;
  const point = ten ? Number(ten) : parseInt(hex!, 16);
  return point > 0 && point < 0x11_00_00 && (point < 0xd8_00 || point > 0xdf_ff) ? String.fromCodePoint(point) : all;
});
const wordsOf = (html: string): string => decoded(html.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();

/** Markdown of the one link that was copied, or null for anything else: more words than the link has, several links, no title, one that is an address itself. */
export function pastedLink(text: string, html: string): string | null {
  if (html === '' || html.length > HTML_MAX) return null;
  const bare = html.replace(/<!--.*?-->|<(style|script|title)\b[^>]*>.*?<\/\1>/gis, '');
  const links = [...bare.matchAll(/<a\b([^>]*)>(.*?)<\/a>/gis)];
  if (links.length !== 1 || (bare.match(/<a\b/gi) ?? []).length !== 1) return null;
  const [, attributes, inner] = links[0]!;
  const [, double, single] = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes!) ?? [];
  const href = decoded(double ?? single ?? '').trim();
  const title = wordsOf(inner!).replace(/[[\]]/g, ' ').replace(/\s+/g, ' ').trim();
  const plain = text.replace(/\s+/g, ' ').trim();
  // What is said beside the link would be lost.
  if (title === '' || title.length > TITLE_MAX || wordsOf(bare) !== wordsOf(inner!) || (plain !== wordsOf(inner!) && plain !== href)) return null;
  if (/:\/\//.test(title) || title === href.replace(/^https?:\/\//, '').replace(/\/$/, '') || !/^https?:\/\/[^\s<>"'()]{1,1000}$/.test(href)) return null;
  return `[${title}](${href})`;
}
