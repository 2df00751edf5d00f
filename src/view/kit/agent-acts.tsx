/** What a person can do with one item of an answer: make a task of it, take a priority over, or set it aside. Each is their own act, by the functions everything else uses. */
import { useState, type ReactNode } from 'react';
import { cutText } from '#base/plain-text';
import type { Op, SpaceView } from '#os/api';
import { mayChangeTask, mayMakeTask, deleteTask, propsOf, readTask } from '#domain/goals';
import { mayPropose } from '#domain/editor';
import { mayMakeCourses } from '#domain/learn';
import { linkTask, makeTask } from '#domain/goals/words';
import { TASK_TITLE_MAX } from '#domain/shared';
import { PRIORITIES, setPriority, type Priority } from '#domain/goals/work';
import { labelOf, takeResult, type Result } from '#domain/mind';
import { MakeCard } from '#view/kit/agent-cards.tsx';
import { KeepDecision } from '#view/kit/agent-decisions.tsx';
import { TakeDay } from '#view/kit/agent-days.tsx';
import { SettlePair, useSettle, type ItemParts } from '#view/kit/agent-settle.tsx';
import { KIND_WORD, MADE_KEY, PRIORITY_KEY } from '#view/kit/agent-words.ts';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { taskRoute } from '#view/kit/task-route.ts';
import { useToast } from '#view/kit/toast.tsx';
import { useOwnWrite } from '#view/kit/use-agents.ts';

const ofGoal = ({ kind }: Result): boolean => kind === 'priorities' || kind === 'days';

/** The acts of an item; none where nothing can be made of it. */
export function ItemActs(parts: ItemParts): ReactNode {
  const { result, item, at } = parts;
  const { t } = useI18n();
  const space = useSpaces()?.find(({ id }) => id === result.subject.space);
  const made = result.settled.get(at);
  const label = result.kind === 'labels' ? labelOf(result, at) : null;
  const input = result.lineage?.inputs[item.sources[0] ?? -1];
  if (result.settled.has(at)) return made ? <a className="agent-chip" href={formatRoute(result.kind === 'questions' ? { space: result.subject.space, lens: 'learn', object: 'cards' } : label === 'decision' ? { space: result.subject.space, lens: 'documents', object: made } : taskRoute(ofGoal(result) ? 'goals' : result.subject.kind === 'document' ? 'documents' : 'chat', { space: result.subject.space, fragment: input?.fragment ?? result.subject.fragment, id: made }))}>{t(label === 'decision' ? 'mind.decisionsPage' : (MADE_KEY[result.kind] ?? 'mind.taskMade'))}</a> : <span className="small muted">{t('mind.aside')}</span>;
  if (!space || !input) return null;
  if (result.kind === 'tasks' || label === 'task' || label === 'question') return mayMakeTask(space, input.fragment, input.node) ? <MakeTask {...parts} space={space} /> : null;
  if (result.kind === 'days') return <TakeDay {...parts} space={space} />;
  if (result.kind === 'questions') return <MakeCard {...parts} />;
  if (label === 'decision') return <KeepDecision {...parts} space={space} />;
  return result.kind === 'priorities' ? <TakePriority {...parts} space={space} /> : null;
}

function MakeTask({ space, ...parts }: ItemParts & { space: SpaceView }): ReactNode {
  const { result, item } = parts;
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { settle, unsettle } = useSettle(parts);
  const [busy, setBusy] = useState(false);
  const graph = api.graph(space.id);
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'mind.failed') });
  const take = async (): Promise<void> => {
    const source = result.lineage!.inputs[item.sources[0]!]!;
    const made = makeTask({ title: cutText(item.text, TASK_TITLE_MAX), due: item.day, assignee: item.person });
    if (!made.ok) return toast({ text: t('mind.faultNothing') });
    const { fragment } = source;
    const { ids: [id] } = await graph.transact(made.value, { fragment });
    if (id === undefined) return;
    try {
      await graph.transact(linkTask(id, { node: source.node, block: source.block }), { fragment });
    } catch (error) {
      // Without its link it would be a task of nowhere.
      await graph.transact(deleteTask(id), { fragment }).catch(() => undefined);
      throw error;
    }
    await settle(id);
    toast({ text: t('mind.tookTask', { title: item.text }), undo: () => void graph.transact(deleteTask(id), { fragment }).then(() => unsettle(id), failed) });
  };
  return <SettlePair take={t('mind.makeTask')} busy={busy} onTake={() => (setBusy(true), void take().catch(failed).finally(() => setBusy(false)))} onAside={() => void settle(null)} />;
}

function TakePriority({ space, ...parts }: ItemParts & { space: SpaceView }): ReactNode {
  const { result, item } = parts;
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { settle, unsettle } = useSettle(parts);
  const [busy, setBusy] = useState(false);
  const level = PRIORITIES.find((one) => one === item.label);
  const source = result.lineage!.inputs[item.sources[0]!]!;
  const me = api.identity.get()?.uid ?? '';
  if (!level) return null;
  const write = (ops: Op[]): Promise<unknown> => api.graph(space.id).transact(ops, { fragment: source.fragment });
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'mind.failed') });
  const take = async (): Promise<void> => {
    const node = await api.graph(space.id).get(source.node);
    const task = node.state === 'here' ? readTask(node) : null;
    if (!task || node.state !== 'here' || !mayChangeTask(space, task, me)) return toast({ text: t('mind.noTask') });
    const before = PRIORITIES.find((one) => one === propsOf(node)['priority']) ?? ('normal' satisfies Priority);
    await write(setPriority(task.id, level));
    await settle(task.id);
    toast({ text: t('mind.tookPriority', { title: task.title }), undo: () => void write(setPriority(task.id, before)).then(() => unsettle(task.id), failed) });
  };
  return <SettlePair take={t('mind.setTo', { level: t(PRIORITY_KEY[level]) })} busy={busy} onTake={() => (setBusy(true), void take().catch(failed).finally(() => setBusy(false)))} onAside={() => void settle(null)} />;
}

/** Makes suggestions of what is proposed for the page and opens them: what they change is looked at and decided there, hunk by hunk. */
export function ProposeEdits({ result }: { result: Result }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const write = useOwnWrite();
  const [busy, setBusy] = useState(false);
  const { space: id, fragment } = result.subject;
  const space = useSpaces()?.find((one) => one.id === id);
  if (!space || !mayPropose(space, fragment) || result.standing !== 'new') return null;
  if (result.items.every(({ label }) => label === 'here')) return null;
  const make = async (): Promise<void> => {
    const { proposeEdits } = await loadAgain(() => import('#view/kit/agent-proposal.ts'));
    const proposal = await proposeEdits(api, result, t(KIND_WORD[result.kind]));
    if (proposal === null) return toast({ text: t('mind.noSlips') });
    const taken = takeResult(result);
    if (taken.ok) await write(taken.value);
    navigate({ space: id, lens: 'documents', object: fragment, params: { p: proposal } });
  };
  return <Button size="compact" icon="edit" disabled={busy} onClick={() => (setBusy(true), void make().catch((error: unknown) => toast({ text: errorText(t, error, 'mind.failed') })).finally(() => setBusy(false)))}>{t('mind.propose')}</Button>;
}

/** A course out of the parts, its lessons shown before it is made. */
export function ToCourse({ result }: { result: Result }): ReactNode {
  const { t } = useI18n();
  const space = useSpaces()?.find(({ id }) => id === result.subject.space);
  if (!space || !mayMakeCourses(space)) return null;
  return <Button kind="quiet" size="compact" icon="learn" onClick={() => navigate({ space: space.id, lens: 'learn', object: null, params: { from: result.subject.fragment, parts: result.id } })}>{t('mind.toCourse')}</Button>;
}
