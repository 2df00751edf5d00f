/** A channel or a document read by a public link: no name, no rail, nothing to write with; what it is, how it stands, and what was written. */
import '#view/kit/links-words.ts';
import './reading.css';
import { Suspense, useEffect, useLayoutEffect, useRef, useState, type ComponentType, type ReactNode } from 'react';
import { plainMessage } from '#base/plain-message';
import type { ReadingView } from '#os/api';
import { CHANNEL, shownReactions, type Message } from '#domain/chat';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { ReadingDocumentProps } from '#view/kit/lens.ts';
import { MessageFiles, MessageText } from '#view/kit/message-row.tsx';
import { Carried } from '#view/kit/moved-notes.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { ConfirmWithConsequence } from '#view/kit/toast.tsx';
import { channelRows, type Row } from './projection.ts';
import { useChannelMessages } from './use-channel.ts';

export interface ReadingProps {
  /** The link from the address; null when this browser reads by one already. */
  link: string | null;
  onLeave(): void;
  /** Draws a document: another component's. */
  Document: ComponentType<ReadingDocumentProps>;
}

/** The page. */
export function ReadingPage({ link, onLeave, Document }: ReadingProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [refused, setRefused] = useState<string | null>(null);
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    if (link !== null) api.reading.open(link).catch((error: unknown) => setRefused(errorText(t, error, 'reading.failed')));
  }, [api, link]); // eslint-disable-line react-hooks/exhaustive-deps -- opened once, in whatever language
  const view = useAsked(() => api.reading.status(), ['spaces', 'members', 'network', 'node_created'], [api, refused], 200);
  const fleeting = useTabKind().begun !== null;
  useEffect(() => {
    if (view && !fleeting) document.title = view.title;
  }, [view?.title]); // eslint-disable-line react-hooks/exhaustive-deps -- the title alone
  if (refused !== null) return <main className="page"><EmptyState title={t('reading.bad')} text={refused} quiet={{ label: t('reading.leave'), onClick: onLeave }} /></main>;
  if (!view) return <main className="page"><Skeleton label={t('reading.start')} /></main>;
  return (
    <>
      <Reading view={view} Document={Document} onLeave={() => setLeaving(true)} />
      {leaving && <ConfirmWithConsequence title={t('reading.leaveTitle')} consequence={t('reading.leaveText')} act={t('reading.leave')} onConfirm={onLeave} onClose={() => setLeaving(false)} />}
    </>
  );
}

function Reading({ view, Document, onLeave }: { view: ReadingView; Document: ReadingProps['Document']; onLeave: () => void }): ReactNode {
  const { t } = useI18n();
  const scroller = useRef<HTMLElement>(null);
  return (
    <main className="reading" ref={scroller}>
      <header className="reading-head">
        <div className="line wrap">
          <h1 className="title3 cut grow">{view.title} <span className="muted base">{view.name}</span></h1>
          <Button kind="quiet" size="compact" onClick={onLeave}>{t('reading.leave')}</Button>
        </div>
        <p className="small"><strong className="medium">{t('reading.by')}</strong> <span className="muted">{t('reading.byText')}</span></p>
        <Standing view={view} />
      </header>
      {view.fragment !== null && view.type !== null && (view.type === CHANNEL ? (
        <Messages view={view} fragment={view.fragment} scroller={scroller} />
      ) : (
        <Suspense fallback={<Skeleton label={t('list.loading')} />}>
          <Document space={view.space} fragment={view.fragment} title={view.title} open={view.state === 'open'} />
        </Suspense>
      ))}
    </main>
  );
}

/** How it stands, in words, with another try where one may help. */
function Standing({ view }: { view: ReadingView }): ReactNode {
  const { t, moment } = useI18n();
  const api = useKernel();
  const { state, links, aloneSince, until } = view;
  const since = aloneSince === null ? '' : moment(aloneSince);
  if (state === 'revoked') return <Note icon="stuck" tone="bad" title={t('reading.revoked')} text={t('reading.revokedText')} />;
  if (state === 'ended') return <Note icon="clock" tone="wait" title={t('reading.ended')} text={t('reading.endedText', { time: until === null ? '' : moment(until) })} />;
  const retry = <Button kind="quiet" size="compact" onClick={() => void api.network.retry()}>{t('reading.now')}</Button>;
  if (state === 'looking' && links === 0) return <Note icon="clock" tone="wait" title={t('reading.looking')} text={t('reading.lookingText', { time: since })}>{retry}</Note>;
  if (state !== 'open') return <Note icon="running" tone="wait" title={t('reading.opening')} />;
  return links > 0 ? <Note icon="ok" tone="ok" title={t('reading.linked', { n: links })} /> : <Note icon="clock" tone="wait" title={t('reading.alone', { time: since })}>{retry}</Note>;
}

function Note({ icon, tone, title, text, children }: { icon: 'ok' | 'clock' | 'stuck' | 'running'; tone: 'ok' | 'wait' | 'bad'; title: string; text?: string; children?: ReactNode }): ReactNode {
  return (
    <div className="line wrap small reading-state" role="status">
      <Icon name={icon} size={16} tone={tone} />
      <span className="grow"><span className="medium">{title}</span>{text && <span className="muted"> {text}</span>}</span>
      {children}
    </div>
  );
}

/** From how near the end new words are followed, px. */
const NEAR_END = 60;

function Messages({ view, fragment, scroller }: { view: ReadingView; fragment: string; scroller: React.RefObject<HTMLElement | null> }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(view.space);
  const { state, loaded, hasOlder, older } = useChannelMessages(view.space, fragment);
  const rows = channelRows(state, null, null, true);
  const atEnd = useRef(true);
  // What was there is read by who wants to; what comes is said.
  const begun = useRef<string | null>(null);
  useEffect(() => {
    const box = scroller.current;
    const note = (): void => void (atEnd.current = box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END);
    box?.addEventListener('scroll', note, { passive: true });
    return () => box?.removeEventListener('scroll', note);
  }, [scroller]);
  useLayoutEffect(() => {
    // Whoever reads further up is left where they are.
    if (atEnd.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [rows.length, scroller]);
  if (!loaded) return <Skeleton label={t('list.loading')} />;
  if (rows.length === 0) return view.state === 'open' ? <p className="muted reading-body">{t('reading.empty')}</p> : null;
  const last = state.order.at(-1);
  begun.current ??= last?.stamp ?? null;
  const fresh = last && begun.current !== null && last.stamp > begun.current && !last.deleted;
  return (
    <div className="reading-body">
      {hasOlder && <Button kind="text" onClick={() => void older()}>{t('reading.earlier')}</Button>}
      <div className="messages" role="list" aria-label={t('reading.messages', { title: view.title })}>
        {rows.map((row) => <ReadRow key={row.key} space={view.space} row={row} people={people} />)}
      </div>
      <div className="hidden" aria-live="polite">{fresh ? `${people.name(last.by)}: ${plainMessage(last.text).slice(0, 200)}` : ''}</div>
    </div>
  );
}

function ReadRow({ space, row, people }: { space: string; row: Row; people: People }): ReactNode {
  const { day } = useI18n();
  if (row.kind === 'day') return <div className="rule" role="listitem"><span>{day(row.at)}</span></div>;
  return row.kind === 'message' ? <ReadMessage space={space} message={row.message} head={row.head} quoted={row.quote ? row.quoted : null} people={people} /> : null;
}

function ReadMessage({ space, message, head, quoted, people }: { space: string; message: Message; head: boolean; quoted: Message | null; people: People }): ReactNode {
  const { t, time, moment } = useI18n();
  const name = people.name(message.by);
  const reactions = shownReactions(message.reactions);
  return (
    <div role="listitem" className="message" data-key={message.id} data-head={head ? '' : undefined}>
      <div className="message-side">{head ? <Face uid={message.by ?? 'unknown'} name={name} size={32} /> : <time className="message-hour num">{time(message.at)}</time>}</div>
      <div className="message-body">
        {quoted && <div className="small muted cut">{people.name(quoted.by)}: {quoted.deleted ? t('chat.gone') : plainMessage(quoted.text).slice(0, 120)}</div>}
        {head && (
          <div className="line base message-name">
            <span className="bold cut" dir="auto">{name}</span>
            <time className="small muted num" dateTime={new Date(message.at).toISOString()} title={moment(message.at)}>{time(message.at)}</time>
            {message.carriedBy !== null && <Carried by={message.carriedBy} nameOf={people.name} />}
          </div>
        )}
        <MessageText text={message.text} people={[]} alone />
        {message.files.length > 0 && <MessageFiles message={message} space={space} />}
        {reactions.length > 0 && <div className="small muted" aria-label={t('reading.reactions')} role="group">{reactions.map(({ emoji, edges }) => `${emoji} ${edges.size}`).join('  ')}</div>}
      </div>
    </div>
  );
}
