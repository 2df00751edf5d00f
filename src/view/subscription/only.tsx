/** The part of the space somebody sees, by the titles of its channels; nothing where it is the whole. */
import '#view/kit/access-words.ts';
import type { ReactNode } from 'react';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNodes } from '#view/kit/kernel.tsx';

/** Under the role. */
export function Only({ space, scope }: { space: string; scope: readonly string[] | null }): ReactNode {
  return scope === null ? null : <Channels space={space} scope={scope} />;
}

function Channels({ space, scope }: { space: string; scope: readonly string[] }): ReactNode {
  const { t, list } = useI18n();
  const { nodes } = useNodes(space, { type: FRAGMENT, fragment: ROOT });
  const entries = [...nodes.values()].map(readDirectoryEntry);
  const titles = scope.map((fragment) => {
    const entry = entries.find((one) => one?.fragment === fragment);
    return entry ? `#${entry.title}` : t('who.unnamed');
  });
  return <div className="small muted">{t('who.only', { channels: list(titles) })}</div>;
}
