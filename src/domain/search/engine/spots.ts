/**
 * Where links lead. A spot is one thing that can be linked to, whatever is found by it: a message, a task; of a page its text, of a goal its node, of a channel, room or course its fragment.
 * Links of a space lead to spots of that space; what leads out of it counts for nothing there. Total: a peer may have written anything. Pure.
 */
import type { EdgeView } from '#os/api';
import { REACT_PREFIX } from '#domain/chat';
import { textNodeOf } from '#domain/editor';
import { goalNodeOf } from '#domain/goals';
import type { Entry, Kind, OpenThing, SearchHit } from '#domain/search';

/** Name of a node in the index. */
export const nodeKey = (space: string, node: string): string => `${space}/${node}`;

/** Kinds that give their fragment its title, and the lens that shows it. */
export const LENS_OF: Readonly<Partial<Record<Kind, SearchHit['lens']>>> = { channel: 'chat', room: 'messenger', document: 'documents', goal: 'goals', course: 'learn' };
export const TITLED: ReadonlySet<string> = new Set(Object.keys(LENS_OF));

/** Links of one thing that count, and letters of an address. */
const LINKS_MAX = 64;
const ADDRESS = /#\/([\w-]{1,64})\/([a-z]{1,32})\/([\w-]{1,64})(?:\?([\w=&%-]{1,256}))?/gu;

/** The spot inside of its space that an address names. */
function spotIn({ lens, fragment, node }: Omit<OpenThing, 'space'>): string {
  if (node !== null) return node;
  return lens === 'documents' ? textNodeOf(fragment) : lens === 'goals' ? goalNodeOf(fragment) : `#${fragment}`;
}

/** The spot of what is open. */
export const spotAt = (open: OpenThing): string => nodeKey(open.space, spotIn(open));

/** The spot of a thing; null: nothing links to people and spaces. */
export function spotOf({ kind, space, fragment, node }: Pick<Entry, 'kind' | 'space' | 'fragment' | 'node'>): string | null {
  if (kind === 'person' || kind === 'space') return null;
  const lens = LENS_OF[kind];
  return lens === undefined ? nodeKey(space, node) : spotAt({ space, lens, fragment, node: null });
}

/** What addresses in these texts name, in the space. */
export function addressed(space: string, texts: Iterable<string>): string[] {
  const out: string[] = [];
  for (const text of texts) {
    if (!text.includes('#/')) continue;
    for (const [, to, lens, fragment, rest] of text.matchAll(ADDRESS)) {
      if (to !== space || out.length === LINKS_MAX) continue;
      const params = new URLSearchParams(rest ?? '');
      out.push(spotIn({ lens: lens!, fragment: fragment!, node: params.get('m') ?? params.get('t') }));
    }
  }
  return out;
}

/** What edges of a node lead to; what people feel about it leads nowhere, and nothing of another space is named. */
export const edged = (edges: readonly EdgeView[]): string[] => edges.filter(({ type }) => !type.startsWith(REACT_PREFIX)).slice(0, LINKS_MAX).flatMap(({ to }) => (typeof to === 'string' ? to : to.length === 2 ? to[1] : []));

/** As an entry keeps them. */
export function linked(own: string, spots: Iterable<string>): Pick<Entry, 'links'> {
  const links = [...new Set(spots)].filter((spot) => spot !== own).sort().slice(0, LINKS_MAX);
  return links.length > 0 ? { links } : {};
}
