/** Suggestions: proposals that are asked about from the first letter, drawn in the page where they would change it. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { LifegraphApi, SpaceView } from '#os/api';
import '#view/kit/proposal-words.ts';
import './proposals.css';
import { PROPOSAL_EDIT, PROPOSAL, textNodeOf } from '#domain/editor';
import { makeProposal, proposalsOf, proposalUpdates, type Proposal } from '#domain/editor/proposals';
import { blocksAt, Branches, cutAt, findHunks, holdsCut, sameBlock, type Block, type TextEdit } from '#domain/editor/model';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useNodes } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { changeMarks, type DrawnChanges } from './change-marks.ts';
import { useBlocksNow } from './compare-view.tsx';
import type { Desk } from './page-editor.tsx';
import { useProposals } from './use-proposals.ts';

/** Suggestions of so many are drawn in the page; those of more stand in the list. */
const DRAWN = 20;
const EVERY_MS = 1_500;
const SETTLED_MS = 150;

const alike = (a: readonly Block[], b: readonly Block[]): boolean => a.length === b.length && a.every((block, at) => sameBlock(block, b[at]!));

/** Where this person's suggestions go on: the open ones that began with the page as it is, else new ones. The id of the proposal. */
export async function beginSuggestions(api: LifegraphApi, space: string, fragment: string, title: string): Promise<string> {
  const graph = api.graph(space);
  await api.saved().catch(() => undefined);
  const edits = (await api.edits?.(space, textNodeOf(fragment))) ?? [];
  const cut = cutAt(edits, edits.length - 1);
  const now = blocksAt(edits, cut);
  const me = api.identity.get()?.uid;
  const open = proposalsOf(await graph.query({ type: PROPOSAL, fragment })).filter((one) => one.live && one.by === me && one.state === 'open' && !one.newer);
  const goesOn = open.find((one) => alike(blocksAt(edits, one.cut), now));
  if (goesOn) return goesOn.id;
  const made = makeProposal(fragment, title, cut, true);
  if (!made.ok) throw new Error(made.error.code);
  return (await graph.transact(made.value, { fragment })).ids[0]!;
}

export interface SuggestionsProps {
  space: SpaceView;
  fragment: string;
  people: People;
  desk: Desk;
  onOpen(id: string): void;
}

/** Draws the open suggestions in the page. */
export function Suggestions(props: SuggestionsProps): ReactNode {
  const { proposals } = useProposals(props.space.id, props.fragment);
  const key = proposals.filter(({ live, state }) => live && state === 'open').slice(0, DRAWN).map(({ id }) => id).join(' ');
  const live = useMemo(() => proposals.filter(({ id }) => key.split(' ').includes(id)), [proposals, key]);
  return live.length > 0 ? <Drawn {...props} live={live} /> : null;
}

function Drawn({ space, fragment, people, desk, onOpen, live }: SuggestionsProps & { live: readonly Proposal[] }): ReactNode {
  const { t } = useI18n();
  const all = useProposals(space.id, fragment);
  const changes = useChanges(space, fragment, desk, live);
  const [marks, setMarks] = useState<ReturnType<typeof changeMarks> | null>(null);
  const open = useRef(onOpen);
  useEffect(() => {
    open.current = onOpen;
  });
  useEffect(() => {
    const { editor } = desk;
    if (editor.isDestroyed) return;
    const made = changeMarks((id) => open.current(id));
    editor.registerPlugin(made.plugin);
    setMarks(made);
    return () => {
      setMarks(null);
      if (!editor.isDestroyed) editor.unregisterPlugin(made.plugin.spec.key!);
    };
  }, [desk]);
  useEffect(() => {
    if (!marks || desk.editor.isDestroyed || desk.editor.view.composing) return;
    const drawn = changes.map(({ proposal, branch, hunks }): DrawnChanges => {
      const { decisions } = all.review(proposal);
      const left = hunks.filter(({ id, hash }) => decisions.get(id)?.hash !== hash || decisions.get(id)!.is !== 'rejected');
      return { id: proposal.id, note: t('suggest.by', { name: people.name(proposal.by) }), hunks: left, shows: 'now', other: branch };
    });
    marks.show(desk.editor.view, drawn);
  }, [marks, desk, changes, all, people, t]);
  return null;
}

/** A value once it stood for a moment: marks do not run after every letter. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

interface Changes {
  readonly proposal: Proposal;
  readonly branch: readonly Block[];
  readonly hunks: ReturnType<typeof findHunks>;
}

/** What each of them would change in the page as it is. */
function useChanges(space: SpaceView, fragment: string, desk: Desk, live: readonly Proposal[]): readonly Changes[] {
  const api = useKernel();
  const node = textNodeOf(fragment);
  const held = useRef<readonly TextEdit[]>([]);
  const read = async (): Promise<readonly TextEdit[]> => {
    // What came later than they began is none of them: it is asked for until all of it is here.
    if (held.current.length === 0 || !live.every(({ cut }) => holdsCut(held.current, cut))) held.current = (await api.edits?.(space.id, node)) ?? [];
    return held.current;
  };
  const edits = useAsked(read, ['record'], [api, space.id, node, live], EVERY_MS);
  const { nodes } = useNodes(space.id, { type: PROPOSAL_EDIT, fragment });
  const all = useProposals(space.id, fragment);
  const now = useSettled(useBlocksNow(desk));
  const [branches] = useState(() => new Branches());
  useEffect(() => branches.keep(live.map(({ id }) => id)), [branches, live]);
  const sides = useMemo(() => (edits === null ? [] : live.map((proposal) => ({ proposal, ...branches.of(proposal.id, edits, proposal.cut, proposalUpdates(nodes.values(), proposal)), taken: new Map(all.review(proposal).taken.flatMap(({ blocks }) => blocks)) }))), [branches, edits, live, nodes, all]);
  return useMemo(() => sides.map(({ proposal, ...rest }) => ({ proposal, branch: rest.branch, hunks: findHunks({ ...rest, now }) })), [sides, now]);
}

/** How many proposals are open, in the header of the page; nothing while there are none. */
export function OpenProposals({ space, fragment, onOpen }: { space: string; fragment: string; onOpen(): void }): ReactNode {
  const { t } = useI18n();
  const { proposals } = useProposals(space, fragment);
  const open = proposals.filter(({ state }) => state === 'open').length;
  return open > 0 ? <Button kind="quiet" size="compact" icon="edit" aria-label={t('suggest.open', { n: open })} onClick={onOpen}>{open}</Button> : null;
}
