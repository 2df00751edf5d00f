/** One card for any node: chip in text, row in lists, card elsewhere. Title, facts and icon come from the type's manifest. */
import { useEffect, useState, type ReactNode } from 'react';
import type { NodeView } from '#os/api';
import type { ComponentManifest, Fact, TypeIcon, TypeManifest } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { HistoryDialog, WhoDialog } from '#view/kit/lazy-dialogs.ts';
import { Menu, Popover, type Anchor } from '#view/kit/overlays.tsx';
import type { Route } from '#view/kit/router.tsx';
import { addressOf, useCopy } from '#view/kit/use-copy.ts';

/** A press that came to nothing is shown no longer, ms. */
const PRESSED_MS = 3_000;
const HUE: Record<TypeIcon, string> = { message: 'type-message', channel: 'muted', person: 'type-person', fragment: 'type-document', task: 'type-task', learn: 'type-course', resource: 'type-task' };

/** Looks types up among the manifests of the built components. */
export function typeOf(manifests: readonly ComponentManifest[], type: string, of?: unknown): TypeManifest | undefined {
  const fit = manifests.flatMap((manifest) => manifest.types.filter((one) => one.type === type));
  return fit.find((one) => one.of === of) ?? fit.find((one) => !one.of);
}

/** What a card shows; either made of a node by its manifest or given. */
export interface CardThing {
  icon: IconName;
  hue: string;
  title: string;
  facts: string;
  /** The box of what is done or not; without `set` it only shows. */
  tick?: { done: boolean; set?: (done: boolean) => void };
}

/** The card contents of a node; a type nobody registered keeps its name as title. */
export function thingOf(manifests: readonly ComponentManifest[], node: NodeView, words: (fact: Fact) => string): CardThing {
  const manifest = typeOf(manifests, node.type, node.props['type']);
  if (!manifest) return { icon: 'fragment', hue: 'muted', title: node.type, facts: '' };
  return { icon: manifest.icon, hue: HUE[manifest.icon], title: manifest.title(node) || (manifest.named ? words(manifest.named(node)) : '…'), facts: manifest.facts(node).map(words).filter(Boolean).join(' · ') };
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
  const [dialog, setDialog] = useState<'history' | 'who' | null>(null);
  const inner = (
    <>
      {!thing.tick && <Icon name={thing.icon} size={size === 'chip' ? 14 : 16} tone={thing.hue} />}
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
  const card = (
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
    </>
  );
  return (
    <>
      {thing.tick ? (
        <span className="object-tick" data-size={size} data-done={thing.tick.done || undefined}>
          <TickBox tick={thing.tick} title={thing.title} />
          {card}
        </span>
      ) : (
        card
      )}
      {at && subject && <CardMenu at={at} subject={subject} title={thing.title} onOpen={onOpen} onDialog={setDialog} onClose={() => setAt(null)} />}
      {dialog === 'history' && subject && <HistoryDialog space={subject.space} id={subject.id} title={thing.title} onClose={() => setDialog(null)} />}
      {dialog === 'who' && subject && <WhoDialog space={subject.space} id={subject.id} title={thing.title} onClose={() => setDialog(null)} />}
    </>
  );
}

/** The box; shows at once what was pressed, and then what holds. */
export function TickBox({ tick: { done, set }, title }: { tick: NonNullable<CardThing['tick']>; title: string }): ReactNode {
  const { t } = useI18n();
  const [pressed, setPressed] = useState<boolean | null>(null);
  useEffect(() => setPressed(null), [done]);
  useEffect(() => {
    if (pressed === null) return;
    const timer = setTimeout(() => setPressed(null), PRESSED_MS);
    return () => clearTimeout(timer);
  }, [pressed]);
  return <input type="checkbox" className="tick" aria-label={t('task.doneOf', { title })} checked={pressed ?? done} disabled={!set} onChange={({ target: { checked } }) => (setPressed(checked), set?.(checked))} />;
}

function CardMenu({ at, subject, title, onOpen, onDialog, onClose }: { at: Anchor; subject: CardSubject; title: string; onOpen: (() => void) | undefined; onDialog: (dialog: 'history' | 'who') => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  return (
    <Popover anchor={at} onClose={onClose} label={title} className="menu">
      <Menu
        onDone={onClose}
        items={[
          ...(onOpen ? [{ label: t('act.open'), icon: 'right' as const, onSelect: onOpen }] : []),
          { label: t('act.copyLink'), icon: 'link', onSelect: () => copy(addressOf(subject.route)) },
          { label: t('who.title'), icon: 'access', onSelect: () => onDialog('who') },
          { label: t('act.history'), icon: 'history', onSelect: () => onDialog('history') },
        ]}
      />
    </Popover>
  );
}
