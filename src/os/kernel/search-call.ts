/** The call by which a device looks for something on another one (docs/PROTOCOL.md, Calls), and what of an answer is taken. */
import { fromBase64url } from '#base/bytes';
import { SEARCH_LIMITS } from '#os/search-limits';
import { ELSEWHERE_KINDS, type ElsewhereAsk, type FoundThing } from '#os/search-api';
import { choice, list, option, record, text, u32, u64 } from '#vm/rpc/wit';

const oneKind = choice(...ELSEWHERE_KINDS);

export const FIND = {
  version: 1, interface: 'lgos:search', function: 'find',
  params: record({ text, kinds: list(oneKind), by: list(text), before: option(u64), after: option(u64), now: u64, limit: u32 }),
  result: record({ found: list(record({ kind: oneKind, fragment: text, node: text, block: text, title: text, text, by: text, at: u64, changed: u64 })) }),
} as const;

const isId = (id: string, bytes: number): boolean => id.length < 64 && fromBase64url(id)?.length === bytes;
/** Half a sign, which no text on the wire can hold. */
const BROKEN = /\p{Surrogate}/u;
const isBlock = (id: string): boolean => id.length >= 1 && id.length <= 64 && !BROKEN.test(id);

/** A question within its limits; anything else is none. */
export function readAsk(ask: ElsewhereAsk): ElsewhereAsk | null {
  const fits = ask.text.trim() !== '' && !BROKEN.test(ask.text) && ask.text.length <= SEARCH_LIMITS.askChars && ask.kinds.length > 0 && ask.kinds.length <= ELSEWHERE_KINDS.length && ask.by.length <= 16 && ask.by.every((uid) => isId(uid, 32));
  return fits && ask.limit >= 1 ? { ...ask, limit: Math.min(ask.limit, SEARCH_LIMITS.found) } : null;
}

/** Has it the form of a thing: named by names, with pieces that are no longer than pieces? A device may hold others, and names them to nobody. */
export function isThing({ kind, fragment, node, block, title, text: piece, by }: FoundThing): boolean {
  return isId(fragment, 16) && isId(node, 16) && (kind === 'block' ? isBlock(block) : block === '') && (by === '' || isId(by, 32)) && piece.length <= SEARCH_LIMITS.textChars && title.length <= SEARCH_LIMITS.titleChars;
}

/** The things of an answer; null when it is none to this question: more than was asked for, what was not, one twice, or no things. Whether their words fit is judged where they are merged. */
export function readFound(found: readonly FoundThing[], ask: Pick<ElsewhereAsk, 'kinds' | 'limit' | 'by'>): readonly FoundThing[] | null {
  if (found.length > Math.min(ask.limit, SEARCH_LIMITS.found)) return null;
  const names = new Set(found.map(({ node, block }) => `${node}/${block}`));
  const asked = found.every((one) => isThing(one) && ask.kinds.includes(one.kind) && (ask.by.length === 0 || ask.by.includes(one.by)));
  return asked && names.size === found.length ? found : null;
}
