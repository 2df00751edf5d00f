/** On a phone Talk is Chat and Messenger, one beside the other; on wider screens both stand in the rail. */
import './talk-segments.css';
import type { ReactNode } from 'react';
import { Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useNarrow } from '#view/kit/media.ts';
import { navigate } from '#view/kit/router.tsx';

/** The two, above either list. */
export function TalkSegments({ space, at }: { space: string; at: 'chat' | 'messenger' }): ReactNode {
  const { t } = useI18n();
  if (!useNarrow()) return null;
  return (
    <div className="talk-segments">
      <Segments tabs label={t('phone.talk')} value={at} options={[{ value: 'chat', label: t('lens.chat') }, { value: 'messenger', label: t('lens.messenger') }]} onChange={(lens) => navigate({ space, lens }, { replace: true })} />
    </div>
  );
}
