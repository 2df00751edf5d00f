/** The part of the space somebody sees, by the titles of its channels and documents; nothing where it is the whole. */
import '#view/kit/access-words.ts';
import type { ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { useTitles } from './titles.ts';

/** Under the role. */
export function Only({ space, scope }: { space: string; scope: readonly string[] | null }): ReactNode {
  return scope === null ? null : <Parts space={space} scope={scope} />;
}

function Parts({ space, scope }: { space: string; scope: readonly string[] }): ReactNode {
  const { t, list } = useI18n();
  const titles = useTitles(space);
  const channels = list(scope.map((fragment) => titles.find((one) => one.fragment === fragment)?.shown ?? t('who.unnamed')));
  return <div className="small muted">{t('who.only', { channels })}</div>;
}
