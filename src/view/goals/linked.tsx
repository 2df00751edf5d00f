/** The documents, messages and calls a thing of work has to do with, each as its card; a field links one more: by its address, or by words the search finds. */
import { use, useEffect, useId, useMemo, useState, type ReactNode } from 'react';
import { LINKED } from '#domain/goals';
import { linkNoLonger, linkWith, WORK_VERB, type LinkTarget, type Tie, type Work } from '#domain/goals/work';
import { CALL } from '#domain/messenger/manifest';
import { oneLine, PLAN_LIMITS } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { Field, IconButton } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel, useNodes } from '#view/kit/kernel.tsx';
import { NodeCard } from '#view/kit/node-card.tsx';
import { ObjectCard } from '#view/kit/object-card.tsx';
import { bestChoices, Picker, type Choice } from '#view/kit/picker.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate } from '#view/kit/router.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { addressIn, linkedThing, namedBy, targetOf, type LinkedThing } from './linked-model.ts';
import { useMayLink } from './meant.tsx';
import type { WorkActs } from './use-work.ts';

/** How often a card looks again while things change, ms. */
const EVERY_MS = 150;
/** Rows of the list; calls that are looked through, and units of a label. */
const SHOWN = 7;
const CALLS = 50;
const LABEL = 80;
const KIND_WORDS = { document: 'goal.linkedDocument', message: 'goal.linkedMessage', call: 'goal.linkedCall' } as const;

const when = ({ date, time }: Pick<I18n, 'date' | 'time'>, at: number): string => `${date(at)}, ${time(at)}`;

export interface LinkedProps {
  readonly space: SpaceView;
  readonly work: Work;
  readonly acts: WorkActs;
  /** Only shown here. */
  readonly reads?: boolean;
}

/** The list and its field; nothing where there is nothing to see and nothing to do. */
export function LinkedWith({ space, work, acts, reads = false }: LinkedProps): ReactNode {
  const { t } = useI18n();
  const may = useMayLink(space, work, LINKED, WORK_VERB.link) && !reads;
  const [said, setSaid] = useState<string | null>(null);
  if (!may && work.linked.length === 0) return null;
  const add = (target: LinkTarget): void => {
    const made = linkWith(work, target);
    setSaid(!made.ok && made.error.code === 'too-many' ? t('goal.linkMany', { n: PLAN_LIMITS.links }) : null);
    if (made.ok) void acts.run(made.value, work.fragment);
  };
  return (
    <div>
      <p className="label">{t('goal.linked')}</p>
      <ul className="work-waits">
        {work.linked.map((tie) => <Row key={tie.to} space={space.id} tie={tie} onRemove={may ? () => void acts.run(linkNoLonger(tie), work.fragment) : null} />)}
      </ul>
      {may && <LinkField space={space.id} said={said} onSaid={setSaid} onPick={add} />}
    </div>
  );
}

/** One of them. Null: it is asked for. */
function Row({ space, tie, onRemove }: { space: string; tie: Tie; onRemove: (() => void) | null }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const found = useAsked(async (): Promise<{ is: LinkedThing | null }> => ({ is: await linkedThing(api, space, tie) }), ['node_created', 'node_updated'], [api, space, tie.to, tie.at], EVERY_MS);
  const thing = found?.is ?? null;
  const title = thing === null ? t('state.absent') : thing.kind === 'document' ? thing.place : `${t(KIND_WORDS[thing.kind])}, ${when(i18n, thing.node.createdAt)}`;
  return (
    <li className="work-wait line">
      <span className="grow work-linked">
        {found !== null && thing === null && <span className="muted">{title}</span>}
        {thing?.kind === 'call' && <ObjectCard size="row" thing={{ icon: 'phone', hue: 'muted', title: t('goal.linkedCall'), facts: [thing.place, when(i18n, thing.node.createdAt)].filter(Boolean).join(' · ') }} onOpen={() => navigate(thing.route)} />}
        {thing !== null && thing.kind !== 'call' && <NodeCard node={thing.node} size="row" route={thing.route} />}
      </span>
      {thing !== null && thing.kind !== 'call' && <span className="small muted">{t(KIND_WORDS[thing.kind])}</span>}
      {onRemove && <IconButton icon="close" name={t('goal.linkRemove', { title })} onClick={onRemove} />}
    </li>
  );
}

/** What the search finds for the words, as choices, and which thing each is. */
function useFound(space: string, query: string): readonly { readonly choice: Choice; readonly target: LinkTarget }[] {
  const desk = use(SearchContext);
  const { blocked } = useQuiet().quiet;
  const [found, setFound] = useState<readonly { choice: Choice; target: LinkTarget }[]>([]);
  useEffect(() => {
    let alive = true;
    if (query === '' || !desk) return setFound((before) => (before.length === 0 ? before : []));
    const ask = (): void => void desk.find({ text: query, space, kinds: ['document', 'message', 'block'], hidden: [...blocked], limit: 2 * SHOWN, now: Date.now() }).then(({ hits }) => {
      const out = new Map<string, { choice: Choice; target: LinkTarget }>();
      for (const hit of hits) {
        const target = targetOf(hit);
        const { kind } = hit.entry;
        // Of a page that is found by its text the title is its place.
        const label = oneLine((kind === 'block' ? hit.place : hit.title.text || hit.snippet.text).slice(0, LABEL));
        if (!target || label === '' || out.has(target.node)) continue;
        out.set(target.node, { target, choice: { id: target.node, label, ...(kind === 'message' && hit.place !== '' ? { note: hit.place } : {}), start: kind === 'message' ? <Icon name="message" tone="type-message" /> : <Icon name="fragment" tone="type-document" /> } });
      }
      if (alive) setFound([...out.values()].slice(0, SHOWN));
    }, () => undefined);
    ask();
    // The first question of a tab finds the index still being read.
    const stop = desk.onChange(ask);
    return () => ((alive = false), stop());
  }, [desk, space, query, blocked]);
  return found;
}

/** Calls have no words: they are found by the word for them, and by their time. */
function useCalls(space: string, asked: boolean): readonly { readonly choice: Choice; readonly target: LinkTarget }[] {
  const i18n = useI18n();
  const { nodes } = useNodes(asked ? space : null, { type: CALL, order: '-stamp', limit: CALLS });
  return useMemo(() => [...nodes.values()].map(({ id, fragment, createdAt }) => ({ target: { node: id, fragment }, choice: { id, label: `${i18n.t('goal.linkedCall')}, ${when(i18n, createdAt)}`, start: <Icon name="phone" tone="muted" /> } })), [nodes, i18n]);
}

const NOT_WORDS = { elsewhere: 'goal.linkElsewhere', kind: 'goal.linkKind', absent: 'goal.linkAbsent' } as const;

/** Arrows choose, Enter takes, Escape empties it; an address is taken as soon as it stands there. */
function LinkField({ space, said, onSaid, onPick }: { space: string; said: string | null; onSaid(words: string | null): void; onPick(target: LinkTarget): void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const words = query.trim();
  const found = useFound(space, words);
  const calls = useCalls(space, words !== '');
  const all = useMemo(() => {
    const best = new Set(words === '' ? [] : bestChoices(words, calls.map(({ choice }) => choice), 3).map((choice) => choice.id));
    return [...found, ...calls.filter(({ choice }) => best.has(choice.id))];
  }, [found, calls, words]);
  const chosen = Math.min(at, all.length - 1);
  const clear = (): void => (setQuery(''), setAt(0));
  const pick = (one: (typeof all)[number] | undefined): void => void (one && (clear(), onPick(one.target)));
  const change = (text: string): void => {
    const route = addressIn(text, location.href);
    onSaid(null);
    setQuery(route ? '' : text);
    setAt(0);
    if (route) void namedBy(api, space, route).then((named) => ('target' in named ? onPick(named.target) : onSaid(t(NOT_WORDS[named.not]))), () => onSaid(t('goal.linkAbsent')));
  };
  const open = words !== '';
  return (
    <div className="person-field">
      <Field
        label={t('goal.linkAdd')} hideLabel placeholder={t('goal.linkAdd')} role="combobox" aria-expanded={open && all.length > 0} aria-autocomplete="list" autoComplete="off" dir="auto" value={query} error={said}
        {...(all.length > 0 ? { 'aria-controls': `${id}l`, 'aria-activedescendant': `${id}l-${chosen}` } : {})}
        onChange={({ target }) => change(target.value)} onBlur={() => setQuery('')}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || !open) return;
          const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (by !== 0) setAt((chosen + by + all.length) % Math.max(1, all.length));
          else if (event.key === 'Enter') pick(all[chosen]);
          else if (event.key === 'Escape') clear();
          else return;
          event.preventDefault();
        }}
      />
      {open && (
        <div className="person-list">
          <Picker id={`${id}l`} label={t('goal.linkAdd')} choices={all.map(({ choice }) => choice)} at={chosen} onPick={(choice) => pick(all.find((one) => one.choice.id === choice.id))} empty={t('goal.linkNone')} />
        </div>
      )}
    </div>
  );
}
