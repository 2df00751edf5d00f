/** One document: its header, and the editor once the text is on this device. */
import { Suspense, useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';
import { AppError } from '#base/app-error';
import type { Op, SpaceView } from '#os/api';
import { beginDocument, deleteDocument, DOCUMENT, fieldsOf, mayMakeDocuments, mayPropose, mayWriteDocument, readProperties, renameDocument, restoreDocument, setTemplate, textNodeOf, titleFrom } from '#domain/editor';
import { mayMakeTask } from '#domain/goals';
import { mayMakeCourses } from '#domain/learn';
import { CHANNEL_TITLE_MAX, type DirectoryEntry } from '#domain/shared';
import { mayShare } from '#domain/subscription';
import { isBefore, opensPast } from '#view/kit/before.ts';
import { BeforeNote } from '#view/kit/before-note.tsx';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import '#view/kit/import-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { ShareDialog } from '#view/kit/lazy-dialogs.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { AgentPanel } from '#view/kit/lazy-agents.ts';
import { TaskPanel } from '#view/kit/lazy-task.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import { usePeople, type People } from '#view/kit/people.tsx';
import { Place, type HeaderProps } from '#view/kit/place.tsx';
import { useOthersHere } from '#view/kit/quiet.tsx';
import { navigate, useRoute } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useMakeTask } from '#view/kit/tasks.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';
import { CommentBubble } from './comment-bubble.tsx';
import { CommentPanel } from './comment-panel.tsx';
import type { ExportKind } from './export.ts';
import { LinkedPanel } from './linked-panel.tsx';
import { usePageActs, type TaskWords } from './page-acts.ts';
import { useCardMaker } from './use-card-maker.tsx';
import { PageEditor, type Desk } from './page-editor.tsx';
import { DocumentSession } from './session.ts';
import { titleRefusal } from './title-refusal.ts';
import { useComments, type Comments } from './use-comments.ts';
import { useTemplates } from './use-documents.ts';
import { usePens } from './use-pens.ts';
import '#view/kit/comment-words.ts';
import './comments.css';
import './pens.css';
import './table.css';

const Properties = lazyPart(async () => (await import('./properties.tsx')).Properties, { alone: true });
const VersionsPanel = lazyPart(async () => (await import('./versions-panel.tsx')).VersionsPanel);
const ProposalsPanel = lazyPart(async () => (await import('./proposals-panel.tsx')).ProposalsPanel);
const ProposalView = lazyPart(async () => (await import('./proposal-view.tsx')).ProposalView);
const Suggestions = lazyPart(async () => (await import('./suggestions.tsx')).Suggestions, { alone: true });
const OpenProposals = lazyPart(async () => (await import('./suggestions.tsx')).OpenProposals, { alone: true });
const OutlinePanel = lazyPart(async () => (await import('./outline-panel.tsx')).OutlinePanel);
const CompareView = lazyPart(async () => (await import('./compare-view.tsx')).CompareView);

/** What a copy can be saved as. */
const KINDS_OUT: readonly ExportKind[] = ['Markdown', 'HTML', 'JSON'];
/** How often others are told that somebody has the page open, ms. */
const HERE_EVERY_MS = 10_000;

/** The document. */
export function DocumentView({ space: given, document }: { space: SpaceView; document: DirectoryEntry }): ReactNode {
  const { t, moment } = useI18n();
  const preview = useRoute().params['as'] === 'guest';
  const space = useMemo(() => (preview ? asGuest(given) : given), [preview, given]);
  const [sharing, setSharing] = useState(false);
  const writes = mayWriteDocument(space, document.fragment);
  const { session, gone, begin } = useSession(space.id, document.fragment);
  const people = usePeople(space.id);
  const [desk, setDesk] = useState<Desk | null>(null);
  const [reading, setReading] = useState(false);
  const [properties, askProperty] = useReducer((n: number) => n + 1, 0);
  const panel = usePanel(space.id, document.fragment);
  const comments = useComments(space, document.fragment, people, desk, panel);
  useNamed(comments, panel.message);
  useHere(space.id, document.fragment);
  const pens = usePens(desk, space.id, document.fragment, writes, people);
  const node = textNodeOf(document.fragment);
  const card = useCardMaker(space.id, document.fragment, node);
  const acts = usePageActs(desk?.editor ?? null, useTaskMaker(space, document.fragment, node), card.make);
  const suggest = useSuggest(space, document.fragment, panel);
  const header = useHeader(space, document, people, { go: panel.go, session: session?.value ?? null, suggest, reading: writes ? { on: reading, set: setReading } : null, property: writes && !reading ? askProperty : null, share: mayShare(space) ? () => setSharing(true) : null });
  const share = mayShare(space) && <span className="wide-only"><Button kind="quiet" size="compact" onClick={() => setSharing(true)}>{t('act.share')}</Button></span>;
  const button = <Button kind="quiet" size="compact" icon="message" aria-label={t('comment.open', { n: comments.open })} aria-expanded={panel.shown} onClick={panel.toggle}>{comments.open > 0 ? comments.open : <span className="wide-only">{t('comment.title')}</span>}</Button>;
  return (
    <Place header={{ ...header, acts: <><OpenProposals space={space.id} fragment={document.fragment} onOpen={() => panel.go({ panel: 'proposals' })} />{share}{button}</> }} panel={besideOf({ panel, space, document, people, comments, desk })} foot={preview && <PreviewNote onEnd={() => navigate({ space: space.id, lens: 'documents', object: document.fragment })} />}>
      {session ? (
        <>
          <div hidden={panel.from !== null || panel.proposal !== null}>
            {writes && reading && <p className="doc-note reading-note small muted">{t('document.readingNow')} <Button kind="text" onClick={() => setReading(false)}>{t('document.writeOn')}</Button></p>}
            {!opensPast(space, document.fragment) && <BeforeNote space={space} created={document.created} />}
            <Properties space={space} fragment={document.fragment} writes={writes && !reading} asked={properties} />
            <PageEditor key={session.key} space={space.id} fragment={document.fragment} session={session.value} writes={writes && !reading} label={t('document.text', { title: document.title })} node={node} at={panel.block} acts={acts} alone={preview} onDesk={setDesk}>
              {desk && <CommentBubble desk={desk} comments={comments} acts={acts} />}
              <span className="hidden" role="status">{pens}</span>
              {desk && <Suggestions space={space} fragment={document.fragment} people={people} desk={desk} onOpen={panel.propose} />}
            </PageEditor>
          </div>
          {desk && panel.from !== null && (
            <Suspense fallback={<Skeleton label={t('list.loading')} />}>
              <CompareView space={space} fragment={document.fragment} node={node} desk={desk} from={panel.from} to={panel.to} writes={writes} onPick={panel.compare} onClose={panel.close} />
            </Suspense>
          )}
          {desk && panel.proposal !== null && (
            <Suspense fallback={<Skeleton label={t('list.loading')} />}>
              <ProposalView space={space} document={document} people={people} desk={desk} id={panel.proposal} onClose={panel.close} />
            </Suspense>
          )}
        </>
      ) : isBefore(space, document.created) ? (
        <EmptyState title={t('before.pageTitle')} text={t(opensPast(space, document.fragment) ? 'before.pageComing' : 'before.page', { time: moment(space.since!) })} />
      ) : gone ? (
        <EmptyState title={t('document.gone')} text={t('document.goneText')} {...(writes ? { quiet: { label: t('document.begin'), onClick: begin } } : {})} />
      ) : (
        <Skeleton label={t('list.loading')} />
      )}
      {card.dialog}
      {sharing && <ShareDialog space={space} thing={{ fragment: document.fragment, title: document.title, lens: 'documents' }} onClose={() => setSharing(false)} />}
      {!writes && !preview && <p className="doc-note small muted">{suggest && panel.proposal === null && <Button kind="text" onClick={suggest}>{t('document.suggest')}</Button>}{t(comments.may ? 'comment.only' : space.role === 'guest' ? 'noRight.guest' : 'noRight.rules')}</p>}
    </Place>
  );
}

/** The space as a guest without any right to write has it: what is offered follows from it. */
const asGuest = (space: SpaceView): SpaceView => ({ ...space, role: 'guest', lets: null, rules: { ...space.rules, ops: {} } });

function PreviewNote({ onEnd }: { onEnd: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="doc-preview line wrap" role="status" data-preview>
      <p className="grow muted">{t('document.preview')}</p>
      <Button kind="quiet" size="compact" onClick={onEnd}>{t('chat.previewEnd')}</Button>
    </div>
  );
}

/** What the side panel shows: the details of a task, the history, the outline, what links here, the comments, or nothing. */
function besideOf({ panel, space, document, people, comments, desk }: { panel: Panel; space: SpaceView; document: DirectoryEntry; people: People; comments: Comments; desk: Desk | null }): ReactNode {
  if (panel.task !== null) return <TaskPanel key={panel.task} space={space} id={panel.task} lens="documents" onClose={panel.close} />;
  if (panel.agents) return <AgentPanel subject={{ kind: 'document', space: space.id, fragment: document.fragment, node: textNodeOf(document.fragment), entry: document.node, title: document.title }} onClose={panel.close} />;
  if (panel.history) {
    return (
      <Suspense fallback={null}>
        <VersionsPanel space={space} fragment={document.fragment} node={textNodeOf(document.fragment)} people={people} onOpen={(key) => panel.compare(key, null)} onClose={panel.close} />
      </Suspense>
    );
  }
  if (panel.proposals) {
    return (
      <Suspense fallback={null}>
        <ProposalsPanel space={space} fragment={document.fragment} people={people} onOpen={panel.propose} onClose={panel.close} />
      </Suspense>
    );
  }
  if (panel.outline) {
    return (
      <Suspense fallback={null}>
        <OutlinePanel editor={desk?.editor ?? null} title={document.title} onClose={panel.close} />
      </Suspense>
    );
  }
  if (panel.links) return <LinkedPanel space={space.id} document={document} people={people} onClose={panel.close} />;
  return panel.shown ? <CommentPanel space={space} document={document} people={people} comments={comments} onClose={panel.close} /> : null;
}

interface Panel {
  /** What links here is shown, and not the comments. */
  readonly links: boolean;
  readonly shown: boolean;
  /** The comment or reply an address names. */
  readonly message: string | null;
  /** The task whose details are shown; the block an address names. */
  readonly task: string | null;
  readonly block: string | null;
  readonly agents: boolean;
  readonly history: boolean;
  readonly outline: boolean;
  /** States that are compared; `to` is null for what is now. */
  readonly from: string | null;
  readonly to: string | null;
  compare(from: string, to: string | null): void;
  /** The list of proposals; the one that is open. */
  readonly proposals: boolean;
  readonly proposal: string | null;
  propose(id: string): void;
  /** Another address of this page; what is looked at as a guest stays so. */
  go(params: Record<string, string>): void;
  onOpen(): void;
  close(): void;
  toggle(): void;
}

/** The side panel, as the address says. */
function usePanel(space: string, fragment: string): Panel {
  const { params } = useRoute();
  const shown = params['panel'] === 'comments';
  const links = params['panel'] === 'links';
  const message = params['m'] ?? null;
  const block = params['b'] ?? null;
  const agents = params['panel'] === 'agents';
  const history = params['panel'] === 'history';
  const outline = params['panel'] === 'outline';
  const from = params['v'] ?? null;
  const to = params['w'] ?? null;
  const proposals = params['panel'] === 'proposals';
  const proposal = params['p'] ?? null;
  const task = (params['panel'] === 'details' && params['t']) || null;
  const as = params['as'];
  return useMemo(() => {
    const go = (next: Record<string, string>): void => navigate({ space, lens: 'documents', object: fragment, params: as === undefined ? next : { as, ...next } });
    const compare = (v: string, w: string | null): void => go({ v, ...(w === null ? {} : { w }) });
    return { go, links, shown, message, task, block, agents, history, outline, from, to, compare, proposals, proposal, propose: (p) => go({ p }), onOpen: () => shown || go({ panel: 'comments' }), close: () => go({}), toggle: () => go(shown ? {} : { panel: 'comments' }) };
  }, [space, fragment, links, shown, message, task, block, agents, history, outline, from, to, proposals, proposal, as]);
}

/** Shows what the address names, in the panel and in the text. */
function useNamed(comments: Comments, message: string | null): void {
  const thread = comments.threads.find(({ root, replies }) => root.message.id === message || replies.some(({ id }) => id === message));
  const ready = thread !== undefined && (thread.where !== null || thread.root.on.length === 0);
  const { activate, show } = comments;
  useEffect(() => {
    if (!ready) return;
    activate(thread.root.message.id);
    show(thread);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each message named
  }, [ready, message]);
}

/** Makes a task of words of the text; null for whom may not. */
function useTaskMaker(space: SpaceView, fragment: string, node: string): ((words: TaskWords) => void) | null {
  const makeTask = useMakeTask();
  return mayMakeTask(space, fragment) ? ({ block, text, done }) => makeTask({ space, fragment, lens: 'documents', source: { node, block }, text, done }) : null;
}

/** Opens the document, again when its text comes. */
function useSession(space: string, fragment: string): { session: { key: number; value: DocumentSession } | null; gone: boolean; begin(): void } {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const [session, setSession] = useState<{ key: number; value: DocumentSession } | null>(null);
  const [gone, setGone] = useState(false);
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'document.failed') });
  useEffect(() => {
    let alive = true;
    let opened: DocumentSession | null = null;
    let opening = false;
    const open = async (): Promise<void> => {
      if (opening || opened) return;
      opening = true;
      try {
        const made = await DocumentSession.open(api, { space, fragment, node: textNodeOf(fragment) }, failed);
        if (!alive) return made.close();
        opened = made;
        setSession({ key: Date.now(), value: made });
      } catch (error) {
        if (alive && error instanceof AppError && error.code === 'not-here') setGone(true);
        else if (alive) failed(error);
      } finally {
        opening = false;
      }
    };
    const stop = api.graph(space).subscribe({ type: DOCUMENT, fragment }, () => void open());
    const again = api.on(({ type }) => void (type === 'kernel' && open()));
    void open();
    return () => {
      alive = false;
      stop();
      again();
      opened?.close();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- words are read when they are said
  }, [api, space, fragment]);
  return { session, gone, begin: () => void api.graph(space).transact(beginDocument(fragment), { fragment }).catch(failed) };
}

/** Tells the others of the space that the page is open here. */
function useHere(space: string, fragment: string): void {
  const api = useKernel();
  useEffect(() => {
    const say = (): void => void (globalThis.document.visibilityState === 'visible' && api.presence.set(space, fragment, 'here'));
    say();
    const timer = setInterval(say, HERE_EVERY_MS);
    return () => clearInterval(timer);
  }, [api, space, fragment]);
}

/** Begins to type as suggestions; null for whom may not. */
function useSuggest(space: SpaceView, fragment: string, panel: Panel): (() => void) | null {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  if (!mayPropose(space, fragment)) return null;
  return () => {
    loadAgain(() => import('./suggestions.tsx'))
      .then(({ beginSuggestions }) => beginSuggestions(api, space.id, fragment, t('document.suggestions')))
      .then(panel.propose)
      .catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  };
}

function useHeader(space: SpaceView, document: DirectoryEntry, people: People, { go, session, suggest, reading, property, share }: { go: Panel['go']; session: DocumentSession | null; suggest: (() => void) | null; reading: { on: boolean; set: (on: boolean) => void } | null; property: (() => void) | null; share: (() => void) | null }): HeaderProps {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const copy = useCopy();
  const others = useOthersHere(space.id);
  const copies = useCopies(space.id, document.fragment);
  const template = useTemplates(space.id).has(document.fragment);
  const [where, setWhere] = useState(0);
  const [renames, setRenames] = useState(0);
  useAct('where', () => setWhere((n) => n + 1));
  const here = useMemo(() => [...new Set(others.filter((one) => one.fragment === document.fragment).map((one) => one.uid))].slice(0, 8).map((uid) => ({ uid, name: people.name(uid) })), [others, people, document.fragment]);
  const run = (ops: Op[]): Promise<unknown> => api.graph(space.id).transact(ops).catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  const rename = (title: string): string | null => {
    const made = renameDocument(document, title);
    if (made.ok) void run(made.value);
    return made.ok || made.error.code === 'no-change' ? null : t(titleRefusal(made.error));
  };
  const remove = (): void => {
    void run(deleteDocument(document));
    navigate({ space: space.id, lens: 'documents' });
    toast({ text: t('document.deleted', { title: document.title }), undo: () => void run(restoreDocument(document)) });
  };
  const save = (kind: ExportKind) => (): void => {
    if (!session) return;
    Promise.all([loadAgain(() => import('./export.ts')), api.graph(space.id).get(textNodeOf(document.fragment))])
      .then(([{ exportDocument }, node]) => exportDocument(api, document.fragment, kind, document.title, session.blocks(), node.state === 'here' ? fieldsOf(readProperties(node), people.name) : []))
      .catch((error: unknown) => toast({ text: errorText(t, error, 'export.failed') }));
  };
  const files = session === null ? [] : [t('export.as'), ...KINDS_OUT.map((kind) => ({ label: kind, icon: 'download' as const, onSelect: save(kind) })), null, { label: t('export.print'), onSelect: () => print() }];
  const makes = mayMakeDocuments(space);
  const double = (): void => {
    loadAgain(() => import('./copy-document.ts'))
      .then(({ copyDocument }) => copyDocument(api, space.id, document.fragment, titleFrom(t('document.copyOf', { title: document.title })), null))
      .then((fragment) => navigate({ space: space.id, lens: 'documents', object: fragment }))
      .catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  };
  return {
    crumbs: [space.name, t('lens.documents')], icon: 'fragment', title: document.title, people: here, copies, whereOpened: where, onBack: () => navigate({ space: space.id, lens: 'documents' }),
    ...(makes ? { onRename: rename, renameAsked: renames, titleMax: CHANNEL_TITLE_MAX } : {}),
    menu: [
      ...(makes ? [{ label: t('act.rename'), icon: 'edit' as const, onSelect: () => setRenames(renames + 1) }] : []),
      ...(share ? [{ label: t('invite.someone'), icon: 'invite' as const, onSelect: share }] : []),
      { label: t('document.outline'), icon: 'menu', onSelect: () => go({ panel: 'outline' }) },
      { label: t('act.agents'), icon: 'activity', onSelect: () => go({ panel: 'agents' }) },
      { label: t('act.history'), icon: 'history', onSelect: () => go({ panel: 'history' }) },
      ...(property ? [{ label: t('property.add'), icon: 'plus' as const, onSelect: property }] : []),
      ...(reading ? [{ label: t('document.reading'), checked: reading.on, onSelect: () => reading.set(!reading.on) }] : []),
      ...(suggest ? [{ label: t('document.suggest'), icon: 'edit' as const, onSelect: suggest }] : []),
      ...(mayMakeCourses(space) ? [{ label: t('document.makeCourse'), icon: 'learn' as const, onSelect: () => navigate({ space: space.id, lens: 'learn', params: { from: document.fragment } }) }] : []),
      { label: t('document.proposals'), icon: 'edit', onSelect: () => go({ panel: 'proposals' }) },
      { label: t('ref.linked'), icon: 'reply', onSelect: () => go({ panel: 'links' }) },
      ...(makes ? [{ label: t('document.double'), icon: 'copy' as const, onSelect: double }, { label: t('template.use'), checked: template, onSelect: () => void run(setTemplate(document.fragment, !template)) }] : []),
      { label: t('act.copyLink'), icon: 'link', onSelect: () => copy(addressOf({ space: space.id, lens: 'documents', object: document.fragment })) },
      ...files,
      ...(makes ? [null, { label: t('document.toTrash'), icon: 'trash' as const, onSelect: remove }] : []),
    ],
  };
}
