/** A decision that was made in messages is kept in a page of the space, with the way back to where it was said. */
import { useState, type ReactNode } from 'react';
import { toBase64url } from '#base/bytes';
import type { LifegraphApi, SpaceView } from '#os/api';
import { DOCUMENT_VERB, mayMakeDocuments, textNodeOf } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';
import { decisionsPage } from '#view/kit/decisions-page.ts';
import { SettlePair, useSettle, type ItemParts } from '#view/kit/agent-settle.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { createTurns } from '#view/kit/in-turn.ts';
import { useKernel } from '#view/kit/kernel.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';

/** Two that are kept at once go into one page: the second looks for it when the first has made it. */
const inTurn = createTurns();

/** Writes at the end of a page. */
async function append(api: LifegraphApi, space: string, fragment: string, block: Block): Promise<void> {
  const graph = api.graph(space);
  const node = textNodeOf(fragment);
  const { client, salt, updates } = await graph.updates(node, null);
  const replica = new DocReplica(client);
  replica.take(updates);
  const ops = replica.write([...replica.shown(), block]).map((update) => ({ op: 'text.update' as const, id: node, update, salt, verb: DOCUMENT_VERB.edit }));
  if (ops.length > 0) await graph.transact(ops, { fragment });
}

/** The pair of acts of a decision. */
export function KeepDecision({ space, ...parts }: ItemParts & { space: SpaceView }): ReactNode {
  const { result, item } = parts;
  const { t, date } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { settle } = useSettle(parts);
  const [busy, setBusy] = useState(false);
  const source = result.lineage?.inputs[item.sources[0] ?? -1];
  if (!source || (!mayMakeDocuments(space) && space.role === 'guest')) return null;
  const take = async (): Promise<void> => {
    const node = await api.graph(space.id).get(source.node);
    const page = node.state === 'here' && !node.deleted ? await inTurn(space.id, () => decisionsPage(api, space, t('mind.decisionsPage'))) : null;
    if (page === null || node.state !== 'here') return toast({ text: t('mind.noPage') });
    const link = formatRoute({ space: space.id, lens: 'chat', object: source.fragment, params: { m: source.node } });
    await inTurn(space.id, () => append(api, space.id, page.fragment, { id: toBase64url(crypto.getRandomValues(new Uint8Array(16))), type: 'list', attrs: {}, text: [{ text: `${item.text} `, marks: {} }, { text: date(node.createdAt), marks: { link } }] }));
    await settle(page.fragment);
    toast({ text: t('mind.tookDecision', { title: page.title || t('mind.decisionsPage') }), act: { label: t('act.open'), run: () => navigate({ space: space.id, lens: 'documents', object: page.fragment }) } });
  };
  return <SettlePair take={t('mind.keepDecision')} busy={busy} onTake={() => (setBusy(true), void take().catch((error: unknown) => toast({ text: errorText(t, error, 'mind.failed') })).finally(() => setBusy(false)))} onAside={() => void settle(null)} />;
}
