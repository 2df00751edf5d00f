/** One card for any node: chip in text, row in lists, card elsewhere. Title, facts and icon come from the type's manifest. */
import type { ReactNode } from 'react';
import type { NodeView } from '#os/api';
import type { ComponentManifest, Fact, TypeIcon, TypeManifest } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';

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

/** The card. `onOpen` makes it a button; `state` stands at the right. */
export function ObjectCard({ thing, size, state, onOpen }: { thing: CardThing; size: 'chip' | 'row' | 'card'; state?: ReactNode; onOpen?: () => void }): ReactNode {
  const { t } = useI18n();
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
  if (!onOpen) return <span className="object" data-size={size}>{inner}</span>;
  return (
    <button type="button" className="object" data-size={size} onClick={onOpen} title={t('act.open')}>
      {inner}
    </button>
  );
}
