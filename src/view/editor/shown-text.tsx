/** Text of other pages where it is shown in this one: read only, drawn as any page that is read, live, with a head that names and opens its page. */
import type { Editor } from '@tiptap/core';
import { createContext, use, useEffect, useMemo, useState, useSyncExternalStore, type ComponentType, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { textNodeOf } from '#domain/editor';
import { partAt, PART_SIGN, type Block, type ShownLink } from '#domain/editor/model';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { navigate, parseRoute } from '#view/kit/router.tsx';
import { TasksProvider } from '#view/kit/tasks.tsx';
import { whenNear } from './file-view.ts';
import { PartSession } from './part-session.ts';
import type { PageSession } from './session.ts';
import { shownKey, SHOWN_DEPTH, SHOWN_ROOM } from './shown-read.ts';
import { asLink, type ShownPlace, type ShownPlaces } from './shown.ts';
import { useShown, type NotShown } from './use-shown.ts';

/** What is not near the screen is drawn later, one after another, ms. */
const LATER_MS = 1_500;
const EACH_MS = 60;

/** The renderer of pages, as far as it is needed for one that is read. */
type Page = ComponentType<{ space: string; session: PageSession; writes: boolean; label: string; node: string; at: null; acts: readonly []; alone: boolean; inside: true; onDesk(): void }>;

interface Around {
  /** What is shown around this, the page itself first. */
  readonly chain: readonly string[];
  /** Nothing else of ours can be read from here. */
  readonly only: boolean;
  readonly room: { left: number; later: number };
}

/** Why there is no text, in words. */
const WHY = { closed: 'shown.closed', away: 'shown.away', deleted: 'shown.deleted', gone: 'shown.gone', again: 'shown.again', deep: 'shown.deep', full: 'shown.full' } as const;

const Context = createContext<Around | null>(null);

/** All of one editor. `node`: whose text the editor shows; `alone`: of other pages nothing is shown here. */
export function ShownTexts({ editor, places, writes, alone, node, Page }: { editor: Editor; places: ShownPlaces; writes: boolean; alone: boolean; node: string; Page: Page }): ReactNode {
  const all = useSyncExternalStore(places.subscribe, places.all);
  const top = useMemo((): Around => ({ chain: [`${node}/`], only: alone, room: { left: SHOWN_ROOM, later: 0 } }), [node, alone]);
  const around = use(Context) ?? top;
  return all.map((place, at) => createPortal(at < SHOWN_ROOM ? <ShownText editor={editor} place={place} writes={writes} around={around} Page={Page} /> : <Rest {...place} />, place.box, place.bid));
}

/** One of too many: nothing is asked for it. */
function Rest({ words }: ShownPlace): ReactNode {
  const { t } = useI18n();
  return <p className="small muted">{words}: {t('shown.full')}</p>;
}

/** Is it its turn to be drawn? `full`: there is no room for more on this page. */
function useTurn(box: HTMLElement, { room }: Around): 'waits' | 'drawn' | 'full' {
  const [turn, setTurn] = useState<'waits' | 'drawn' | 'full'>('waits');
  useEffect(() => {
    let taken = false;
    const draw = (): void => {
      if (taken) return;
      taken = room.left > 0;
      room.left -= taken ? 1 : 0;
      setTurn(taken ? 'drawn' : 'full');
    };
    const timer = setTimeout(draw, LATER_MS + EACH_MS * room.later++);
    const stop = whenNear(box, draw);
    return () => {
      clearTimeout(timer);
      stop();
      room.later -= 1;
      room.left += taken ? 1 : 0;
    };
  }, [box, room]);
  return turn;
}

function ShownText({ editor, place, writes, around, Page }: { editor: Editor; place: ShownPlace; writes: boolean; around: Around; Page: Page }): ReactNode {
  const { t } = useI18n();
  const { href, words } = place;
  const link = useMemo((): ShownLink => ({ href, words, ...(partAt(href) ?? { space: '', fragment: '', block: null }) }), [href, words]);
  const { chain, only } = around;
  const key = shownKey(link.fragment, link.block);
  const turn = useTurn(place.box, around);
  const stopped = only && !chain[0]!.startsWith(shownKey(link.fragment, null)) ? 'closed' : chain.includes(key) ? 'again' : chain.length > SHOWN_DEPTH ? 'deep' : turn === 'full' ? 'full' : null;
  const shown = useShown(link, turn === 'drawn' && stopped === null);
  const not: NotShown | typeof stopped = stopped ?? shown.not;
  const inside = useMemo((): Around => ({ ...around, chain: [...around.chain, key] }), [around, key]);
  const title = not === 'closed' || shown.title === null ? words : shown.part === null ? shown.title : `${shown.title}${PART_SIGN}${shown.part}`;
  const open = (): void => navigate(parseRoute(href));
  const turnBack = (): void => {
    const tr = asLink(editor.state, place.bid);
    if (tr) editor.view.dispatch(tr);
    editor.view.focus();
  };
  return (
    <div role="group" aria-label={t('shown.label', { title })}>
      <div className="shown-head small line">
        <Icon name="fragment" size={14} tone="type-document" />
        {not === 'closed' ? <span className="muted cut grow">{title}</span> : <span className="grow line"><button type="button" className="shown-title cut" title={t('act.open')} onClick={open}>{title}</button></span>}
        {writes && <Button kind="text" onClick={turnBack}>{t('shown.asLink')}</Button>}
      </div>
      <div className="shown-body" tabIndex={-1}>
        {not !== null && <p className="small muted" role="note">{t(WHY[not])}</p>}
        {not === null && shown.blocks === null && <p className="small muted">{t('list.loading')}</p>}
        {not === null && shown.blocks?.length === 0 && <p className="small muted">{t('shown.empty')}</p>}
        {not === null && shown.blocks !== null && shown.blocks.length > 0 && <Context value={inside}><PartText key={href} link={link} blocks={shown.blocks} label={t('document.text', { title })} alone={only} Page={Page} /></Context>}
        {not === null && shown.cut && <p className="small muted">{t('shown.cut')} <Button kind="text" onClick={open}>{t('act.open')}</Button></p>}
      </div>
    </div>
  );
}

const nothing = (): void => undefined;

function PartText({ link: { space, fragment }, blocks, label, alone, Page }: { link: ShownLink; blocks: readonly Block[]; label: string; alone: boolean; Page: Page }): ReactNode {
  const [session] = useState(() => new PartSession(blocks));
  useEffect(() => session.set(blocks), [session, blocks]);
  return (
    <TasksProvider space={space} fragment={fragment} lens="documents">
      <Page space={space} session={session} writes={false} label={label} node={textNodeOf(fragment)} at={null} acts={[]} alone={alone} inside onDesk={nothing} />
    </TasksProvider>
  );
}
