/** The details beside a view: of a task and what is like one, or of a resource. */
import type { ReactNode } from 'react';
import { RESOURCE } from '#domain/goals';
import type { Resource, Work } from '#domain/goals/work';
import type { SpaceView } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { TaskPanel } from '#view/kit/lazy-task.ts';
import type { People } from '#view/kit/people.tsx';
import { MADE_WORDS } from './made-words.ts';
import type { PlanHere } from './use-plan.ts';
import type { WorkActs, WorkHere } from './use-work.ts';
import { WorkFields } from './work-fields.tsx';

const ResourcePanel = lazyPart(async () => (await import('./resource-panel.tsx')).ResourcePanel, { alone: true });
const GoneResource = lazyPart(async () => (await import('./resource-panel.tsx')).GoneResource, { alone: true });

export interface DetailProps {
  readonly space: SpaceView;
  /** Id of the thing. */
  readonly subject: string;
  readonly here: WorkHere;
  readonly acts: WorkActs;
  readonly people: People;
  readonly plan: PlanHere | null;
  onOpen(thing: Work | Resource): void;
  onClose(): void;
}

/** The panel. */
export function DetailPanel(props: DetailProps): ReactNode {
  const { t } = useI18n();
  const { space, subject, here, acts, people, plan, onOpen, onClose } = props;
  const resource = here.resources.get(subject);
  if (resource) return <ResourcePanel key={subject} {...props} resource={resource} />;
  const work = here.all.get(subject);
  if (!work && here.loaded) return <Unknown key={subject} {...props} />;
  return (
    <TaskPanel
      key={subject} space={space} id={subject} lens="goals" onClose={onClose} {...(work && work.kind !== 'task' && work.kind !== 'goal' ? { title: t(MADE_WORDS[work.kind]) } : {})}
      more={work && <WorkFields space={space} work={work} here={here} acts={acts} people={people} plan={plan} onResource={onOpen} />}
    />
  );
}

/** What is not among those shown: a deleted resource, or a thing of which its own panel says how it stands. */
function Unknown({ space, subject, acts, onClose }: DetailProps): ReactNode {
  const api = useKernel();
  const node = useAsked(() => api.graph(space.id).get(subject), ['node_updated'], [api, space.id, subject]);
  if (node?.state === 'here' && node.type === RESOURCE && node.deleted) return <GoneResource node={node} acts={acts} onClose={onClose} />;
  return <TaskPanel space={space} id={subject} lens="goals" onClose={onClose} />;
}
