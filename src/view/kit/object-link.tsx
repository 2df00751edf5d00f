/** A link to a thing of ours, shown as the thing itself: the same card as everywhere. */
import type { ReactNode } from 'react';
import type { LifegraphApi, NodeView } from '#os/api';
import { ASSIGNMENT, LESSON } from '#domain/learn';
import { FRAGMENT } from '#domain/shared';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { NodeCard } from '#view/kit/node-card.tsx';
import { ObjectCard } from '#view/kit/object-card.tsx';
import { navigate, parseRoute, type Route } from '#view/kit/router.tsx';

/** How often a card looks again while things change, ms. */
const EVERY_MS = 150;

/** The route of an address of this app that names a thing, else null. */
export function ownRoute(href: string, page: string): Route | null {
  const [base, hash] = href.split('#');
  if (base !== page.split('#')[0] || !hash) return null;
  const route = parseRoute(`#${hash}`);
  return route.space && route.lens && route.object ? route : null;
}

/** The thing an address names inside of its object: a message, or what the side panel tells the details of. */
const innerOf = ({ params }: Route): string | undefined => params['m'] ?? (params['panel'] === 'details' ? params['t'] : undefined);

/** What an address shows: a node by its id, or a fragment by its entry in the directory. */
export async function thingAt(api: LifegraphApi, route: Route): Promise<NodeView | { state: 'looking' | 'absent' }> {
  const graph = api.graph(route.space ?? '');
  const inner = innerOf(route);
  const id = inner ?? route.object ?? '';
  const [entry] = inner ? [] : await graph.query({ type: FRAGMENT, where: { fragment: id }, limit: 1 });
  return entry ?? graph.get(id);
}

/** Where a thing that was found is looked at: a step of a course in its course, whichever place its address names. */
export const placeOfThing = ({ type, fragment, id }: Pick<NodeView, 'type' | 'fragment' | 'id'>, route: Route): Route => (type === ASSIGNMENT || type === LESSON ? { ...route, lens: 'learn', object: fragment, params: { s: id } } : route);

/** The chip; while the thing is not known its title is the words it was named with, or the address's last part. */
export function ObjectLink({ route, words }: { route: Route; words?: string }): ReactNode {
  const api = useKernel();
  const inner = innerOf(route);
  const node = useAsked(() => thingAt(api, route), ['node_updated'], [api, route.space, route.object, inner], EVERY_MS);
  if (node?.state === 'here') return <NodeCard node={node} size="chip" route={placeOfThing(node, route)} />;
  return <ObjectCard thing={{ icon: 'link', hue: 'muted', title: words ?? (inner ?? route.object ?? '').slice(0, 8), facts: '' }} size="chip" onOpen={() => navigate(route)} />;
}
