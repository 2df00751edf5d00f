/** Comments beside the page: threads in the order of the text, what is resolved behind a tab, and a field for a new one. */
import '#view/kit/talk-words.ts';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Copies, SpaceView } from '#os/api';
import { mayDelete, mayEdit, mayReact, type Message } from '#domain/chat';
import { mayComment, mayResolve, textNodeOf } from '#domain/editor';
import { oneLine, type DirectoryEntry } from '#domain/shared';
import { Composer } from '#view/kit/composer.tsx';
import { Button, Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { HistoryDialog } from '#view/kit/lazy-dialogs.ts';
import { MessageRow, type RowTools } from '#view/kit/message-row.tsx';
import type { MenuItem } from '#view/kit/overlays.tsx';
import { useOwnStates } from '#view/kit/own-states.ts';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { useMentionable, useQuiet } from '#view/kit/quiet.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import type { Comments, PlacedThread } from './use-comments.ts';

interface Parts {
  space: SpaceView;
  document: DirectoryEntry;
  people: People;
  comments: Comments;
}

/** Words a comment is about, as one line. */
const wordsOf = ({ root }: PlacedThread): string => oneLine(root.on.map(({ words }) => words).join(' '));

function useTools({ space, document, people, comments }: Parts, on: { reply(message: Message): void; edit(id: string): void; history(message: Message): void }): RowTools {
  const { t } = useI18n();
  const copy = useCopy();
  const { quiet, ask } = useQuiet();
  const me = useKernel().identity.get()?.uid ?? '';
  const { fragment } = document;
  const latest = useRef(on);
  useEffect(() => {
    latest.current = on;
  });
  const { react, remove } = comments;
  return useMemo<RowTools>(() => ({
    space: space.id,
    me, quiet, react,
    mayWrite: (message) => mayComment(space, fragment, message.id),
    mayReact: (message) => mayReact(space, fragment, message.id),
    nameOf: people.name,
    people: people.members.map(({ uid }) => ({ uid, name: people.name(uid) })),
    reply: (message) => latest.current.reply(message),
    show: () => undefined,
    menu(message) {
      const place = { space: space.id, fragment };
      const author = message.by === null || message.by === me ? [] : (['person', 'block'] as const).map((kind) => ({ ...place, kind, of: message.by!, label: people.name(message.by) }));
      const items: (MenuItem | null)[] = [
        { label: t('act.copyText'), icon: 'copy', onSelect: () => copy(message.text) },
        { label: t('act.copyLink'), icon: 'link', onSelect: () => copy(addressOf({ space: space.id, lens: 'documents', object: fragment, params: { panel: 'comments', m: message.id } })) },
        { label: t('act.history'), icon: 'history', onSelect: () => latest.current.history(message) },
        ...(author.length > 0 ? [{ label: t('quiet.act'), icon: 'muted' as const, onSelect: () => ask(author, { space: space.id, message: message.id, author: message.by!, name: people.name(message.by), text: message.text, comment: true }) }] : []),
      ];
      const [edits, deletes] = [mayEdit(message, me, space) && mayComment(space, fragment, message.id), mayDelete(message, me, space)];
      if (edits || deletes) items.push(null);
      if (edits) items.push({ label: t('act.edit'), icon: 'edit', onSelect: () => latest.current.edit(message.id) });
      if (deletes) items.push({ label: t('act.delete'), icon: 'trash', tone: 'bad', onSelect: () => remove(message) });
      return items;
    },
  }), [me, quiet, ask, react, remove, space, fragment, people, t, copy]);
}

/** What a thread is about; a press shows it in the text. */
function About({ thread, onShow }: { thread: PlacedThread; onShow: () => void }): ReactNode {
  const { t } = useI18n();
  const words = wordsOf(thread);
  if (thread.root.on.length === 0) return <p className="comment-about small muted">{t('comment.page')}</p>;
  const gone = thread.where !== null && thread.where.here === null;
  return (
    <>
      {gone && <p className="small comment-lost"><Icon name="info" size={14} /> {t('comment.gone')}</p>}
      <button type="button" className="comment-about small" data-gone={gone ? '' : undefined} title={t('comment.toText')} onClick={onShow}>
        <span className="cut" dir="auto">{words || '…'}</span>
      </button>
    </>
  );
}

interface ThreadProps extends Parts {
  thread: PlacedThread;
  tools: RowTools;
  states: ReadonlyMap<string, Copies>;
  answering: boolean;
  editing: string | null;
  onAnswer(on: boolean): void;
  onEdited(id: string): void;
}

function Thread({ space, document, comments, thread, tools, states, answering, editing, people, onAnswer, onEdited }: ThreadProps): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const mentionable = useMentionable(people);
  const box = useRef<HTMLElement>(null);
  const [over, setOver] = useState<string | null>(null);
  const { root, replies } = thread;
  const { id } = root.message;
  const active = comments.active === id;
  useEffect(() => {
    if (active) box.current?.scrollIntoView({ block: 'nearest' });
  }, [active, answering]);
  const resolve = (): void => {
    const resolved = root.resolvedBy === null;
    comments.resolve(root, resolved);
    toast({ text: t(resolved ? 'comment.resolved' : 'comment.reopened'), undo: () => comments.resolve({ ...root, resolvedBy: resolved ? tools.me : null }, !resolved) });
  };
  const row = (message: Message): ReactNode => {
    if (message.deleted) return <p key={message.id} className="muted small" role="listitem">{t('chat.gone')}</p>;
    const editor = editing !== message.id ? {} : {
      editor: <Composer place={`edit:${message.id}`} space={space.id} placeholder={t('act.edit')} people={mentionable} editing={{ text: message.text, onDone: () => onEdited(message.id) }} onSend={(text) => comments.edit(message, text)} />,
    };
    return <MessageRow key={message.id} message={message} head quote={false} quoted={null} replies={[]} copies={states.get(message.id) ?? null} active={over === message.id} onActive={setOver} tools={tools} {...editor} />;
  };
  const words = wordsOf(thread);
  return (
    <section ref={box} className="comment-thread" data-active={active ? '' : undefined} data-thread={id} aria-label={words ? t('comment.about', { words }) : t('comment.page')} onPointerLeave={() => setOver(null)}>
      <About thread={thread} onShow={() => (comments.activate(id), comments.show(thread))} />
      <div role="list">{[root.message, ...replies].map(row)}</div>
      {root.resolvedBy !== null && <p className="comment-done small muted"><Icon name="check" size={14} /> {t('comment.resolvedBy', { name: root.resolvedBy === '' ? '…' : people.name(root.resolvedBy) })}</p>}
      {answering ? (
        <Composer
          place={`${space.id}/${document.fragment}/${id}`} space={space.id} placeholder={t('chat.replyPlaceholder')} people={mentionable} autoFocus
          onSend={(text, mentions) => {
            const answer = comments.send(text, mentions, id);
            if (typeof answer === 'string' || answer === null) return answer;
            onAnswer(false);
            void answer.then((taken) => taken || onAnswer(true));
            return answer;
          }}
        />
      ) : (
        <div className="comment-acts">
          {mayComment(space, document.fragment, id) && <Button kind="text" size="compact" icon="reply" onClick={() => onAnswer(true)}>{t('act.reply')}</Button>}
          {mayResolve(space, root, tools.me) && <Button kind="text" size="compact" icon={root.resolvedBy === null ? 'check' : 'undo'} onClick={resolve}>{t(root.resolvedBy === null ? 'comment.resolve' : 'comment.reopen')}</Button>}
        </div>
      )}
    </section>
  );
}

/** The panel. */
export function CommentPanel({ onClose, ...parts }: Parts & { onClose: () => void }): ReactNode {
  const { space, document, comments } = parts;
  const { t } = useI18n();
  const [tab, setTab] = useState<'open' | 'resolved'>('open');
  const [answering, setAnswering] = useState<string | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [history, setHistory] = useState<Message | null>(null);
  const { threads, active } = comments;
  const chosen = threads.find(({ root }) => root.message.id === active);
  const chosenTab = chosen && (chosen.root.resolvedBy === null ? 'open' : 'resolved');
  useEffect(() => {
    if (chosenTab) setTab(chosenTab);
  }, [active]); // eslint-disable-line react-hooks/exhaustive-deps -- a comment that is chosen is shown; one that is resolved in sight does not take the tab along
  const rootOf = (message: Message): string => threads.find(({ root, replies }) => root.message.id === message.id || replies.some(({ id }) => id === message.id))?.root.message.id ?? message.id;
  const tools = useTools(parts, { reply: (message) => setAnswering(rootOf(message)), edit: setEditing, history: setHistory });
  const own = useMemo(() => threads.flatMap(({ root, replies }) => [root.message, ...replies]).filter(({ by, deleted }) => by === tools.me && !deleted).sort((a, b) => (a.stamp < b.stamp ? -1 : 1)).map(({ id }) => id), [threads, tools.me]);
  const states = useOwnStates(own, useCopies(space.id, document.fragment));
  const shown = threads.filter(({ root }) => (root.resolvedBy === null) === (tab === 'open'));
  return (
    <SidePanel title={t('comment.title')} note={document.title} onClose={onClose}>
      <div className="comment-tabs">
        <Segments tabs label={t('comment.title')} value={tab} onChange={setTab} options={[{ value: 'open', label: t('comment.tabOpen'), count: comments.open }, { value: 'resolved', label: t('comment.tabResolved'), count: threads.length - comments.open }]} />
      </div>
      <div className="panel-body comments">
        {!comments.loaded && <Skeleton rows={3} label={t('list.loading')} />}
        {comments.loaded && shown.length === 0 && <p className="small muted comment-none">{t(tab === 'resolved' ? 'comment.noneResolved' : comments.may ? 'comment.noneMay' : 'comment.none')}</p>}
        {shown.map((thread) => {
          const { id } = thread.root.message;
          return <Thread key={id} {...parts} thread={thread} tools={tools} states={states} answering={answering === id} editing={editing} onAnswer={(on) => setAnswering(on ? id : null)} onEdited={(done) => setEditing((now) => (now === done ? null : now))} />;
        })}
      </div>
      <NewComment {...parts} place={`${space.id}/${document.fragment}/${textNodeOf(document.fragment)}`} />
      {history && <HistoryDialog space={space.id} id={history.id} title={oneLine(history.text)} onClose={() => setHistory(null)} />}
    </SidePanel>
  );
}

/** The field at the foot: about the chosen words, else about the whole page. */
function NewComment({ space, people, comments, place }: Parts & { place: string }): ReactNode {
  const { t } = useI18n();
  const mentionable = useMentionable(people);
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft } = comments;
  const turn = draft?.turn ?? 0;
  useEffect(() => {
    if (turn > 0) field.current?.focus();
  }, [turn]);
  if (!comments.may) return <p className="panel-foot small muted">{t('comment.noRight')}</p>;
  const words = oneLine((draft?.on ?? []).map((one) => one.words).join(' '));
  return (
    <div className="panel-foot">
      <Composer
        ref={field} place={place} space={space.id} placeholder={t(words ? 'comment.placeholderWords' : 'comment.placeholder')} people={mentionable}
        quote={words ? { name: t('comment.aboutWords'), text: words, onCancel: comments.drop } : null}
        onSend={(text, mentions) => comments.send(text, mentions, null)}
      />
    </div>
  );
}
