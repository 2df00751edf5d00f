/** A question becomes a card of this person when they say so, in their own words. */
import { useState, type ReactNode } from 'react';
import { SettlePair, useSettle, type ItemParts } from '#view/kit/agent-settle.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { CardDialog } from '#view/kit/lazy-card.ts';

/** The pair of acts of such an item. */
export function MakeCard(parts: ItemParts): ReactNode {
  const { result, item } = parts;
  const { t } = useI18n();
  const { settle } = useSettle(parts);
  const [making, setMaking] = useState(false);
  const source = result.lineage?.inputs[item.sources[0] ?? -1];
  if (!source || item.label === null) return null;
  return (
    <>
      <SettlePair take={t('mind.makeCard')} busy={making} onTake={() => setMaking(true)} onAside={() => void settle(null)} />
      {making && <CardDialog words={{ front: item.text, back: item.label }} source={source} card={null} onMade={(id) => void settle(id)} onClose={() => setMaking(false)} />}
    </>
  );
}
