/** Whom or what the engine means: a person, a resource, or nobody. */
import { useMemo, type ReactNode } from 'react';
import '#view/kit/goal-views-words.ts';
import { resourceOf, type Resource } from '#domain/goals/work';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import type { People } from '#view/kit/people.tsx';

/** The name of one; null: nobody. */
export function useLoadName(people: People, resources: ReadonlyMap<string, Resource>): (key: string | null) => string {
  const { t } = useI18n();
  return useMemo(() => (key) => {
    const id = key === null ? null : resourceOf(key);
    return key === null ? t('goal.loadNobody') : id === null ? people.name(key) : resources.get(id)?.title || t('goal.untitled');
  }, [people, resources, t]);
}

/** With its sign; nobody has none. */
export function LoadName({ of, name }: { of: string | null; name: string }): ReactNode {
  return (
    <span className="line">
      {of !== null && (resourceOf(of) === null ? <Face uid={of} name={name} size={20} /> : <Icon name="resource" size={16} tone="type-task" />)}
      <span className="cut" dir="auto">{name}</span>
    </span>
  );
}
