/** One result: what it is called or says, with the words that were found marked, where it stands, whose it is, when. */
import { useState, type ReactNode } from 'react';
import { placeOf, type SearchHit } from '#domain/search';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { MarkedText } from '#view/kit/marked-text.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { KIND_LOOK } from '#view/kit/search-kinds.ts';
import { reasonsOf } from '#view/kit/search-reasons.ts';

/** The row; `dated`: it was asked for by its last change, which is then the time it says. `from`: it is not on this device, and who says that they have it. */
export function HitRow({ hit, dated, from = '' }: { hit: SearchHit; dated: boolean; from?: string }): ReactNode {
  const i18n = useI18n();
  const { t, ago } = i18n;
  const [now] = useState(() => Date.now());
  const { entry, title, snippet, alike, meant, place, lens, author, spaceName, leads } = hit;
  const { icon, hue } = KIND_LOOK[entry.kind];
  const facts = [from, alike ? t(meant ? 'search.meant' : 'search.alike') : '', entry.kind === 'message' ? author : '', place !== '' && lens === 'chat' ? `#${place}` : place, entry.kind === 'space' ? '' : spaceName, ...reasonsOf(leads, i18n)].filter((fact) => fact !== '');
  return (
    <a className="hit" href={formatRoute(placeOf(hit))}>
      <Icon name={icon} tone={hue} />
      <span className="hit-words" dir="auto">
        {title.text !== '' && <b className="hit-title"><MarkedText {...title} /></b>}
        {snippet.text !== '' && <MarkedText {...snippet} />}
        {facts.length > 0 && <span className="hit-facts small muted">{facts.join(' · ')}</span>}
      </span>
      {dated && entry.changed > 0 ? <span className="small muted num">{t('search.changed', { ago: ago(entry.changed, now) })}</span> : entry.at > 0 && <span className="small muted num">{ago(entry.at, now)}</span>}
    </a>
  );
}
