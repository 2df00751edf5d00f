/** A link to a thing of ours, shown as the thing itself: the same card as everywhere, at the size of a chip. */
import { createContext, use, type ReactNode } from 'react';
import type { LifegraphApi, NodeView } from '#os/api';
import { FRAGMENT, type ComponentManifest, type Fact } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { ObjectCard, thingOf, type CardThing } from '#view/kit/object-card.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate, parseRoute, type Route } from '#view/kit/router.tsx';

const Context = createContext<readonly ComponentManifest[]>([]);

/** Gives the manifests of the built components to cards. */
export function ManifestsProvider({ manifests, children }: { manifests: readonly ComponentManifest[]; children: ReactNode }): ReactNode {
  return <Context value={manifests}>{children}</Context>;
}

/** The route of an address of this app that names a thing, else null. */
export function ownRoute(href: string, page: string): Route | null {
  const [base, hash] = href.split('#');
  if (base !== page.split('#')[0] || !hash) return null;
  const route = parseRoute(`#${hash}`);
  return route.space && route.lens && route.object ? route : null;
}

/** What an address shows: a node by its id, or a fragment by its entry in the directory. */
async function nodeOf(api: LifegraphApi, route: Route): Promise<NodeView | { state: 'looking' | 'absent' }> {
  const graph = api.graph(route.space ?? '');
  const id = route.params['m'] ?? route.object ?? '';
  const [entry] = route.params['m'] ? [] : await graph.query({ type: FRAGMENT, where: { fragment: id }, limit: 1 });
  return entry ?? graph.get(id);
}

/** The chip; while the thing is not known it keeps the address's last part as its title. */
export function ObjectLink({ route }: { route: Route }): ReactNode {
  const api = useKernel();
  const { t, time } = useI18n();
  const { quiet } = useQuiet();
  const manifests = use(Context);
  const space = route.space ?? '';
  const node = useAsked(() => nodeOf(api, route), ['node_updated'], [api, space, route.object, route.params['m']], 500);
  const words = (fact: Fact): string => (fact.kind === 'time' ? time(fact.at) : fact.kind === 'text' ? fact.text : '');
  const thing: CardThing = node?.state === 'here' ? thingOf(manifests, node, words) : { icon: 'link', hue: 'muted', title: (route.params['m'] ?? route.object ?? '').slice(0, 8), facts: '' };
  if (node?.state === 'here' && node.createdBy !== null && quiet.blocked.has(node.createdBy)) thing.title = t('quiet.folded');
  const known = node?.state === 'here' ? { subject: { space, id: node.id, route } } : {};
  return <ObjectCard thing={thing} size="chip" onOpen={() => navigate(route)} {...known} />;
}
