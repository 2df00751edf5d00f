/** What is not here because it was written before this person came, and by which rule: never an empty place without a reason. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { isBefore } from '#view/kit/before.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useSpaces } from '#view/kit/kernel.tsx';
import '#view/kit/moved-words.ts';

/** The sentence, where something is not open; nothing else. */
export function BeforeNote({ space, created, says = 'before.here' }: { space: Pick<SpaceView, 'since'>; created: number; says?: Key }): ReactNode {
  const { t, moment } = useI18n();
  if (!isBefore(space, created)) return null;
  return <p className="small muted before-note" role="note">{t(says, { time: moment(space.since!) })}</p>;
}

/** Of the space named, else of any of them. */
export function BeforeSearch({ space }: { space: string }): ReactNode {
  const { t, list } = useI18n();
  const names = (useSpaces() ?? []).filter((one) => one.since !== undefined && (space === '' || one.id === space)).map(({ name }) => name);
  return names.length === 0 ? null : <p className="small muted before-note" role="note">{t('before.search', { names: list(names) })}</p>;
}

/** Of whatever is looked at in a space. */
export function BeforeIn({ space }: { space: string }): ReactNode {
  const found = useSpaces()?.find(({ id }) => id === space);
  return found ? <BeforeNote space={found} created={0} says="before.acts" /> : null;
}
