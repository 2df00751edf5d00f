/** Linked here: what leads to this page. */
import { useRef, type ReactNode } from 'react';
import type { DirectoryEntry } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { ObjectCard } from '#view/kit/object-card.tsx';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate } from '#view/kit/router.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { backlinks, type Backlink, type KnownTexts } from './backlinks.ts';

/** After a change everything is looked through again, at most so often, ms. */
const AGAIN_MS = 3_000;

/** The panel. */
export function LinkedPanel({ space, document, people, onClose }: { space: string; document: DirectoryEntry; people: People; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { quiet } = useQuiet();
  const known = useRef<KnownTexts>(new Map());
  const found = useAsked(() => backlinks(api, space, document, known.current), ['node_created', 'node_updated', 'relation_created'], [api, space, document.fragment, document.title], AGAIN_MS);
  const list = (title: string, rows: readonly Backlink[]): ReactNode => (
    <section className="linked-list" aria-label={title}>
      <h3 className="small muted">{title}</h3>
      <ul>
        {rows.map(({ key, kind, title: page, by, words, route }) => (
          <li key={key}>
            <ObjectCard size="row" thing={kind === 'work' ? { icon: 'task', hue: 'type-task', title: page, facts: '' } : kind === 'page' ? { icon: 'fragment', hue: 'type-document', title: page, facts: words } : { icon: 'message', hue: 'type-message', title: people.name(by), facts: by !== null && quiet.blocked.has(by) ? t('quiet.folded') : words }} onOpen={() => navigate(route)} />
          </li>
        ))}
      </ul>
    </section>
  );
  return (
    <SidePanel title={t('ref.linked')} note={document.title} onClose={onClose}>
      <div className="panel-body linked">
        {found === null && <Skeleton rows={3} label={t('list.loading')} />}
        {found && found.linked.length === 0 && <p className="small muted comment-none">{t('ref.none')}</p>}
        {found && found.linked.length > 0 && list(t('ref.links'), found.linked)}
        {found && found.mentioned.length > 0 && list(t('ref.mentions'), found.mentioned)}
      </div>
    </SidePanel>
  );
}
