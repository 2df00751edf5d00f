/** One card for any node: chip in text, row in lists, card elsewhere. Title, facts and icon come from the type's manifest. */
import { useState, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import type { ComponentManifest, Fact, TypeIcon, TypeManifest } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { HistoryDialog } from '#view/kit/lazy-dialogs.ts';
import { Menu, Popover, type Anchor } from '#view/kit/overlays.tsx';
import type { Route } from '#view/kit/router.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';


const HUE: Record<TypeIcon, string> = { message: 'type-message', channel: 'muted', person: 'type-person', fragment: 'type-document' };

/** Looks types up among the manifests of the built components. */
export function typeOf(manifests: readonly ComponentManifest[], type: string): TypeManifest | undefined {
  for (const manifest of manifests) {
    const found = manifest.types.find((one) => one.type === type);
    if (found) return found;
  }
  return undefined;
}

/** What a card shows; either made of a node by its manifest or given. */
export interface CardThing {
  icon: IconName;
  hue: string;
  title: string;
  facts: string;
}

/** The card contents of a node; a type nobody registered keeps its name as title. */
export function thingOf(manifests: readonly ComponentManifest[], node: NodeView, words: (fact: Fact) => string): CardThing {
  const manifest = typeOf(manifests, node.type);
  if (!manifest) return { icon: 'fragment', hue: 'muted', title: node.type, facts: '' };
  return { icon: manifest.icon, hue: HUE[manifest.icon], title: manifest.title(node) || '…', facts: manifest.facts(node).map(words).filter(Boolean).join(' · ') };
}

/** Which node a card shows: what its menu acts on. */
export interface CardSubject {
  space: string;
  id: string;
  route: Route;
}

/** The card. `onOpen` makes it a button; `state` stands at the right. With a `subject` it has its menu: right button, long press, or the menu key. */
export function ObjectCard({ thing, size, state, onOpen, subject }: { thing: CardThing; size: 'chip' | 'row' | 'card'; state?: ReactNode; onOpen?: () => void; subject?: CardSubject }): ReactNode {
  const { t } = useI18n();
  const [at, setAt] = useState<Anchor | null>(null);
  const [history, setHistory] = useState(false);
  const inner = (
    <>
      <Icon name={thing.icon} size={size === 'chip' ? 14 : 16} tone={thing.hue} />
      <span className="object-words">
        <span className="object-title cut">{thing.title}</span>
        {size !== 'chip' && thing.facts && <span className="small muted cut">{thing.facts}</span>}
      </span>
      {state}
    </>
  );
  const menu = (event: React.MouseEvent<HTMLElement>): void => {
    if (!subject) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(event.currentTarget.getBoundingClientRect());
  };
  return (
    <>
      {onOpen ? (
        <button type="button" className="object" data-size={size} onClick={onOpen} onContextMenu={menu} aria-haspopup={subject ? 'menu' : undefined} title={t('act.open')}>
          {inner}
        </button>
      ) : (
        <span className="object" data-size={size} onContextMenu={menu}>
          {inner}
        </span>
      )}
      {at && subject && <CardMenu at={at} subject={subject} title={thing.title} onOpen={onOpen} onHistory={() => setHistory(true)} onClose={() => setAt(null)} />}
      {history && subject && <HistoryDialog space={subject.space} id={subject.id} title={thing.title} onClose={() => setHistory(false)} />}
    </>
  );
}

function CardMenu({ at, subject, title, onOpen, onHistory, onClose }: { at: Anchor; subject: CardSubject; title: string; onOpen: (() => void) | undefined; onHistory: () => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  return (
    <Popover anchor={at} onClose={onClose} label={title} className="menu">
      <Menu
        onDone={onClose}
        items={[
          ...(onOpen ? [{ label: t('act.open'), icon: 'right' as const, onSelect: onOpen }] : []),
          { label: t('act.copyLink'), icon: 'link', onSelect: () => copy(addressOf(subject.route)) },
          { label: t('act.history'), icon: 'history', onSelect: onHistory },
        ]}
      />
    </Popover>
  );
}
