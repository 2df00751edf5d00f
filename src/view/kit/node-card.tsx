/** The card of a node as it is here: title, facts and box by the manifest of its type. */
import { createContext, use, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import type { ComponentManifest, Fact, Tick } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { ObjectCard, thingOf, typeOf, type CardThing } from '#view/kit/object-card.tsx';
import { useCardCopies } from '#view/kit/own-states.ts';
import { usePeople } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate, type Route } from '#view/kit/router.tsx';
import { StateLine } from '#view/kit/state-chip.tsx';
import { tickNode } from '#view/kit/tick.ts';
import { useToast } from '#view/kit/toast.tsx';

const Context = createContext<readonly ComponentManifest[]>([]);

/** Gives the manifests of the built components to cards. */
export function ManifestsProvider({ manifests, children }: { manifests: readonly ComponentManifest[]; children: ReactNode }): ReactNode {
  return <Context value={manifests}>{children}</Context>;
}

interface NodeCardProps {
  node: NodeView;
  size: 'chip' | 'row' | 'card';
  route: Route;
}

/** A day as words: the day of the reader's calendar, not a moment. */
export function dayWords({ date }: Pick<I18n, 'date'>, day: string): string {
  const [year, month, of] = day.split('-').map(Number);
  return date(new Date(year!, month! - 1, of!).getTime());
}

/** A fact in the reader's words. */
export function factWords(i18n: I18n, nameOf: (uid: string) => string): (fact: Fact) => string {
  return (fact) => (fact.kind === 'time' ? i18n.time(fact.at) : fact.kind === 'due' ? i18n.t('task.dueOn', { day: dayWords(i18n, fact.day) }) : fact.kind === 'person' ? nameOf(fact.uid) : fact.kind === 'call' ? i18n.t('card.call', { day: i18n.date(fact.at), time: i18n.time(fact.at) }) : fact.text);
}

/** The card. */
export function NodeCard(props: NodeCardProps): ReactNode {
  const i18n = useI18n();
  const { quiet } = useQuiet();
  const { node } = props;
  const manifests = use(Context);
  const tick = typeOf(manifests, node.type, node.props['type'])?.tick;
  if (tick && !node.deleted) return <TickCard {...props} tick={tick} manifests={manifests} />;
  const thing = thingOf(manifests, node, factWords(i18n, () => ''));
  if (node.createdBy !== null && quiet.blocked.has(node.createdBy)) thing.title = i18n.t('quiet.folded');
  return <Shown {...props} thing={thing} />;
}

function Shown({ node, size, route, thing }: NodeCardProps & { thing: CardThing }): ReactNode {
  const copies = useCardCopies(node, size === 'chip');
  const state = copies && <span className="small object-state"><StateLine copies={copies} size={12} /></span>;
  return <ObjectCard thing={thing} size={size} state={state} onOpen={() => navigate(route)} subject={{ space: node.space, id: node.id, route }} />;
}

function TickCard({ tick, manifests, ...props }: NodeCardProps & { tick: Tick; manifests: readonly ComponentManifest[] }): ReactNode {
  const { node } = props;
  const i18n = useI18n();
  const api = useKernel();
  const toast = useToast();
  const people = usePeople(node.space);
  const { quiet } = useQuiet();
  const space = useSpaces()?.find((one) => one.id === node.space);
  const me = api.identity.get()?.uid ?? '';
  const failed = (error: unknown): void => toast({ text: errorText(i18n.t, error, 'chat.failed') });
  const set = (done: boolean): void => void tickNode(api, node, done, tick.set(node, done)).catch(failed);
  const thing = thingOf(manifests, node, factWords(i18n, people.name));
  if (node.createdBy !== null && quiet.blocked.has(node.createdBy)) thing.title = i18n.t('quiet.folded');
  thing.tick = { done: tick.done(node), ...(space && tick.may(node, space, me) ? { set } : {}) };
  return <Shown {...props} thing={thing} />;
}
