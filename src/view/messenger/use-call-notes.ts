/** Notes of a call: a page beside it that its node names, the same one for everybody, and told in the conversation so that who comes later finds it. */
import { useState } from 'react';
import type { GraphApi, LifegraphApi, SpaceView } from '#os/api';
import type { CallNow } from '#os/calls-api';
import { sendMessage } from '#domain/chat';
import { DOCUMENT, mayMakeDocuments } from '#domain/editor/manifest';
import { noteCall, notesOfCall } from '#domain/messenger';
import { FRAGMENT, oneLine, readDirectoryEntry, ROOT } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';

/** UTF-16 units of the title of the place in that of the notes. */
const WORDS = 50;

/** Pages that were begun here and not named yet, by call: the next press goes on with the same one. */
const begun = new Map<string, string>();

/** The page of the notes of a call; null: the call, or the page that it names, is not here yet. */
async function notesOf(api: LifegraphApi, { space, fragment, call }: CallNow): Promise<string | null> {
  const graph = api.graph(space);
  const [directory, node] = await Promise.all([graph.query({ type: FRAGMENT, fragment: ROOT, include: { deleted: true } }), graph.get(call)]);
  const notes = notesOfCall(node, directory, DOCUMENT);
  if (notes === 'coming' || node.state !== 'here') return null;
  if (notes !== 'none') return notes.page;
  const entry = directory.map((one) => readDirectoryEntry(one)).find((one) => one?.fragment === fragment);
  const place = oneLine(entry?.title ?? '').replace(/[[\]|]/gu, ' ').trim().slice(0, WORDS);
  const at = new Date(node.createdAt).toISOString();
  const title = `${place} · ${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
  const page = begun.get(call) ?? (await beginPage(graph, title));
  begun.set(call, page);
  const said = sendMessage({ text: `[[${title}|${formatRoute({ space, lens: 'documents', object: page })}]]` });
  // Named by the call and told, or neither.
  await graph.transact([...noteCall(call, page), ...(said.ok ? said.value : [])], { fragment });
  begun.delete(call);
  return page;
}

async function beginPage(graph: GraphApi, title: string): Promise<string> {
  const { beginDocument } = await loadAgain(() => import('#domain/editor'));
  const page = await graph.createFragment({ type: DOCUMENT, title });
  await graph.transact(beginDocument(page), { fragment: page });
  return page;
}

/** Opens them beside the call, which goes on; null where this person makes no pages. */
export function useCallNotes(space: SpaceView, now: CallNow): (() => void) | null {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  if (!mayMakeDocuments(space)) return null;
  return () => {
    if (busy) return;
    setBusy(true);
    notesOf(api, now).then((page) => (page === null ? toast({ text: t('call.notesWait') }) : navigate({ space: space.id, lens: 'documents', object: page })), (error: unknown) => toast({ text: errorText(t, error, 'room.failed') })).finally(() => setBusy(false));
  };
}
