/** Views of the lens whose code comes when they are first looked at. */
import { Suspense, type ReactNode } from 'react';
import type { Resource } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import type { View } from './goals-bar.tsx';
import type { PlanHere } from './use-plan.ts';
import type { WorkHere } from './use-work.ts';
import type { WorksShown } from './work-list.tsx';

export type SeldomProps = WorksShown & { readonly plan: PlanHere | null; readonly here: WorkHere; look(view: View): void; /** No plan comes: it is said above. */ readonly failed: boolean; onResource(one: Resource): void };

const PARTS = {
  dashboard: lazyPart<SeldomProps>(async () => (await import('./dashboard.tsx')).Dashboard),
  diagram: lazyPart<SeldomProps>(async () => (await import('./diagram.tsx')).Diagram),
  workload: lazyPart<SeldomProps>(async () => (await import('./workload.tsx')).Workload),
};

export const isSeldom = (view: View): view is keyof typeof PARTS => view in PARTS;

/** One of them. */
export function SeldomView({ view, ...props }: SeldomProps & { view: keyof typeof PARTS }): ReactNode {
  const { t } = useI18n();
  const Part = PARTS[view];
  return (
    <Suspense fallback={<Skeleton label={t('list.loading')} />}>
      <Part {...props} />
    </Suspense>
  );
}
