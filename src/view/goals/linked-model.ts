/** Documents, messages and calls that are linked with a thing of work: which of them an address or a hit of the search names, and where each is looked at. */
import { MESSAGE } from '#domain/chat';
import { DOCUMENT, textNodeOf } from '#domain/editor';
import type { LinkTarget, Tie } from '#domain/goals/work';
import { CALL, ROOM } from '#domain/messenger';
import type { SearchHit } from '#domain/search';
import { FRAGMENT, ROOT } from '#domain/shared';
import type { LifegraphApi, NodeView } from '#os/api';
import { ownRoute } from '#view/kit/object-link.tsx';
import { parseRoute, type Route } from '#view/kit/router.tsx';

export type LinkedKind = 'document' | 'message' | 'call';

/** The route of a text that is an address of this app and nothing else, else null. `page`: the address of this page. */
export function addressIn(text: string, page: string): Route | null {
  const words = text.trim();
  if (/\s/.test(words)) return null;
  const route = words.startsWith('#/') ? parseRoute(words) : ownRoute(words, page);
  return route?.space && route.object ? route : null;
}

/** What an address names; or why that is not linked: it leads to another space, to no thing of these kinds, or is not here. */
export type Named = { readonly target: LinkTarget } | { readonly not: 'elsewhere' | 'kind' | 'absent' };

/** Looks it up. */
export async function namedBy(api: Pick<LifegraphApi, 'graph'>, space: string, { space: of, object, params }: Route): Promise<Named> {
  if (of !== space) return { not: 'elsewhere' };
  const graph = api.graph(space);
  const inner = params['m'];
  if (inner !== undefined) {
    // What is no id at all is refused: it is not here.
    const node = await graph.get(inner).catch(() => null);
    if (node?.state !== 'here' || node.deleted) return { not: 'absent' };
    return node.type === MESSAGE || node.type === CALL ? { target: { node: node.id, fragment: node.fragment } } : { not: 'kind' };
  }
  const [entry] = await graph.query({ type: FRAGMENT, fragment: ROOT, where: { fragment: object }, limit: 1 });
  if (!entry || object === null) return { not: 'absent' };
  return entry.props['type'] === DOCUMENT ? { target: { node: textNodeOf(object), fragment: object } } : { not: 'kind' };
}

/** What a hit is linked as: the document a block stands in, the message itself. */
export function targetOf({ entry: { kind, node, fragment } }: Pick<SearchHit, 'entry'>): LinkTarget | null {
  if (kind === 'message') return { node, fragment };
  return kind === 'document' || kind === 'block' ? { node: textNodeOf(fragment), fragment } : null;
}

/** Where it is looked at; `type`: of the place it stands in, as the directory says. A call is a line among the messages of its place, and its address leads to that. */
export function routeOfTie(space: string, { to, at }: Pick<Tie, 'to' | 'at'>, type: unknown): Route {
  if (to === textNodeOf(at)) return { space, lens: 'documents', object: at, params: {} };
  if (type === DOCUMENT) return { space, lens: 'documents', object: at, params: { panel: 'comments', m: to } };
  return { space, lens: type === ROOM ? 'messenger' : 'chat', object: at, params: { m: to } };
}

export interface LinkedThing {
  readonly kind: LinkedKind;
  /** What its card shows: a document by its entry in the directory. */
  readonly node: NodeView;
  /** Title of the place it stands in; '' where that is not known. */
  readonly place: string;
  readonly route: Route;
}

/** The thing itself; null: it is not here, or in the trash. */
export async function linkedThing(api: Pick<LifegraphApi, 'graph'>, space: string, tie: Pick<Tie, 'to' | 'at'>): Promise<LinkedThing | null> {
  const graph = api.graph(space);
  const [entry] = await graph.query({ type: FRAGMENT, fragment: ROOT, where: { fragment: tie.at }, limit: 1 });
  const title = entry?.props['title'];
  const place = typeof title === 'string' ? title : '';
  if (tie.to === textNodeOf(tie.at)) return entry?.props['type'] === DOCUMENT ? { kind: 'document', node: entry, place, route: routeOfTie(space, tie, DOCUMENT) } : null;
  const node = await graph.get(tie.to);
  if (node.state !== 'here' || node.deleted || (node.type !== MESSAGE && node.type !== CALL)) return null;
  return { kind: node.type === CALL ? 'call' : 'message', node, place, route: routeOfTie(space, { to: tie.to, at: node.fragment }, entry?.props['type']) };
}
