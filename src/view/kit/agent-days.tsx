/** Another day for a task, taken over by a person: where it begins or when it should be done, with Undo. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { mayChangeTask, readTask } from '#domain/goals';
import { setDue } from '#domain/goals/words';
import { readWork, setStart } from '#domain/goals/work';
import { SettlePair, useSettle, type ItemParts } from '#view/kit/agent-settle.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { useToast } from '#view/kit/toast.tsx';

/** The pair of acts of such an item. */
export function TakeDay({ space, ...parts }: ItemParts & { space: SpaceView }): ReactNode {
  const { result, item } = parts;
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  const { settle, unsettle } = useSettle(parts);
  const [busy, setBusy] = useState(false);
  const source = result.lineage?.inputs[item.sources[0] ?? -1];
  const { day, label } = item;
  if (!source || day === null || (label !== 'start' && label !== 'due')) return null;
  const me = api.identity.get()?.uid ?? '';
  const set = (to: string | null): Promise<unknown> => {
    const made = label === 'start' ? setStart(source.node, to) : setDue(source.node, to);
    return made.ok ? api.graph(space.id).transact(made.value, { fragment: source.fragment }) : Promise.resolve();
  };
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'mind.failed') });
  const take = async (): Promise<void> => {
    const node = await api.graph(space.id).get(source.node);
    const [task, work] = node.state === 'here' ? [readTask(node), readWork(node)] : [null, null];
    if (!task || !work || !mayChangeTask(space, task, me)) return toast({ text: t('mind.noTask') });
    await set(day);
    await settle(task.id);
    toast({ text: t('mind.tookDay', { title: task.title }), undo: () => void set(label === 'start' ? work.start : work.due).then(() => unsettle(task.id), failed) });
  };
  return <SettlePair take={t(label === 'start' ? 'mind.beginOn' : 'mind.dueOn', { day: dayWords(i18n, day) })} busy={busy} onTake={() => (setBusy(true), void take().catch(failed).finally(() => setBusy(false)))} onAside={() => void settle(null)} />;
}
