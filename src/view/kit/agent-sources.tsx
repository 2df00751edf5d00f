/** The sources of what an agent made: chips that lead to the message or block each line came from. */
import { useMemo, type ReactNode } from 'react';
import { cutText } from '#base/plain-text';
import type { NodeView } from '#os/api';
import { readTask, TASK } from '#domain/goals';
import type { Result, ResultItem } from '#domain/mind';
import { FRAGMENT, readDirectoryEntry } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { formatRoute, type Route } from '#view/kit/router.tsx';

export interface Source {
  readonly label: string;
  readonly route: Partial<Route>;
}

export interface Sources {
  /** Where the input at this place stands; null: it is not here any more. */
  at(place: number): Source | null;
  /** Is everything an item came from deleted? */
  gone(item: ResultItem): boolean;
  device(id: string): string;
}

/** Letters of a title on a chip. */
const TITLE = 32;
const cut = (title = ''): string => (title.length > TITLE ? `${cutText(title, TITLE)}…` : title || '…');
/** Chips of one item. */
const CHIPS = 6;
/** Sources of which the nodes are asked for. */
const ASKED = 100;

/** The sources of a result with the names they have now. */
export function useSources({ subject, items, lineage }: Result): Sources {
  const { t, time, date } = useI18n();
  const api = useKernel();
  const people = usePeople(subject.space);
  const wanted = useMemo(() => [...new Set(items.flatMap(({ sources }) => sources.flatMap((at) => (lineage?.inputs[at] && lineage.inputs[at].block === null ? [lineage.inputs[at]] : []))))].slice(0, ASKED), [items, lineage]);
  const nodes = useAsked(() => Promise.all(wanted.map(({ space, node }) => api.graph(space).get(node))).then((found) => new Map(found.flatMap((node) => (node.state === 'here' ? [[node.id, node] as const] : [])))), ['node_updated'], [api, subject.space, wanted], 500);
  const devices = useAsked(() => api.devices.list(), ['members'], [api], 1_000);
  return useMemo((): Sources => {
    const message = (node: NodeView): Source => {
      if (node.type === TASK) return { label: cut(readTask(node)?.title), route: { space: node.space, lens: 'goals', params: { panel: 'details', t: node.id } } };
      const entry = node.type === FRAGMENT ? readDirectoryEntry(node) : null;
      if (entry) return { label: cut(entry.title), route: { space: node.space, lens: 'documents', object: entry.fragment } };
      const root = typeof node.props['replyTo'] === 'string' && node.props['thread'] === true ? node.props['replyTo'] : subject.kind === 'thread' ? subject.node : null;
      const at = new Date(node.createdAt).toDateString() === new Date().toDateString() ? time(node.createdAt) : date(node.createdAt);
      // Names are those of one space: of several the time stands alone.
      return { label: subject.kind === 'hub' ? at : `${people.name(node.told ? node.told.by : node.createdBy)}, ${at}`, route: { space: node.space, lens: 'chat', object: node.fragment, params: root === null ? { m: node.id } : { panel: 'thread', t: root, m: node.id } } };
    };
    return {
      at(place) {
        const input = lineage?.inputs[place];
        if (!input) return null;
        if (input.block !== null) return { label: t('mind.block', { n: place + 1 }), route: { space: input.space, lens: 'documents', object: input.fragment, params: { b: input.block } } };
        const node = nodes?.get(input.node);
        return node && !node.deleted ? message(node) : null;
      },
      gone: ({ sources }) => nodes !== null && sources.length > 0 && sources.every((at) => {
        const input = lineage?.inputs[at];
        return input?.block === null && nodes.get(input.node)?.deleted === true;
      }),
      device: (id) => devices?.find(({ device }) => device === id)?.name || t('mind.aDevice'),
    };
  }, [nodes, devices, people, lineage, subject, t, time, date]);
}

/** The chips of one item. */
export function SourceChips({ item, sources }: { item: ResultItem; sources: Sources }): ReactNode {
  const { t } = useI18n();
  return item.sources.slice(0, CHIPS).map((place) => {
    const source = sources.at(place);
    return source && <a key={place} className="agent-chip" href={formatRoute(source.route)} title={t('mind.toSource')}>{source.label}</a>;
  });
}
