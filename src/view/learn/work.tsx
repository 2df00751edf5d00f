/** An assignment: what is to be done, and the real task of whoever does it, in a goal where they want that. It is done when the task is, which work-done.tsx sees. */
import { useState, type ReactNode } from 'react';
import { mayMakeTask, readTask, TASK, tasksBySource } from '#domain/goals';
import { intoGoal, PART_OF } from '#domain/goals/work';
import { linkTask, makeTask } from '#domain/goals/words';
import { isDone } from '#domain/learn/course';
import { mayMake } from '#domain/shared';
import { Button, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { NodeCard } from '#view/kit/node-card.tsx';
import { taskRoute } from '#view/kit/task-route.ts';
import { useToast } from '#view/kit/toast.tsx';
import { goalChoices, useGoalsHere, WorkGoal } from './course-goals.tsx';
import { NextFoot, type StepProps } from './next-foot.tsx';

/** The part of the page. */
export function Work(props: StepProps): ReactNode {
  const { space, here, step, progress, acts } = props;
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const me = api.identity.get()?.uid ?? '';
  const { nodes, loaded } = useNodes(space.id, { type: TASK, fragment: here.entry.fragment });
  const mine = (tasksBySource(nodes.values()).get(step.id) ?? []).filter((node) => readTask(node)?.assignee === me);
  const { goals } = useGoalsHere(space.id);
  const { first, list } = goalChoices(goals, here.course.serves);
  const [chosen, setChosen] = useState<string | null>(null);
  const into = mayMake(space, PART_OF, here.entry.fragment) ? list.find(({ fragment }) => fragment === (chosen ?? first)) : undefined;
  const begin = async (): Promise<void> => {
    const made = makeTask({ title: step.title, assignee: me });
    if (!made.ok) return;
    try {
      const graph = api.graph(space.id);
      const { ids } = await graph.transact(made.value, { fragment: here.entry.fragment });
      const goal = into ? intoGoal({ id: ids[0]!, fragment: here.entry.fragment }, into.fragment) : [];
      await graph.transact([...linkTask(ids[0]!, { node: step.id, block: null }), ...goal], { fragment: here.entry.fragment });
    } catch (error) {
      toast({ text: errorText(t, error, 'learn.failed') });
    }
  };
  return (
    <div className="learn-text">
      {step.about !== '' && <p className="learn-about" dir="auto">{step.about}</p>}
      {mine.map((node) => (
        <div key={node.id} className="learn-work">
          <NodeCard node={node} size="card" route={taskRoute('goals', node)} />
          <WorkGoal space={space} here={here} task={node} acts={acts} />
        </div>
      ))}
      {loaded && mine.length === 0 && list.length > 0 && mayMakeTask(space, here.entry.fragment) && mayMake(space, PART_OF, here.entry.fragment) && (
        <Select label={t('learn.inGoal')} value={chosen ?? first} options={[{ value: '', label: t('learn.noGoal') }, ...list.map(({ fragment, title }) => ({ value: fragment, label: title }))]} onChange={setChosen} />
      )}
      {loaded && mine.length === 0 && (mayMakeTask(space, here.entry.fragment) ? <Button kind="primary" onClick={() => void begin()}>{t('learn.takeWork')}</Button> : <p className="small muted">{t('noRight.guest')}</p>)}
      <p className="small muted">{t('learn.workHow')}</p>
      {isDone(step, progress) && step.questions.length === 0 && <NextFoot {...props} />}
    </div>
  );
}
