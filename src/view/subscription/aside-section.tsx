/** What is set aside of people who were removed or may not write any more: how much, from when, and the act that takes it in. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';

/** The section; nothing while nothing is set aside. */
export function AsideSection({ space, people }: { space: SpaceView; people: People }): ReactNode {
  const { t, date, time } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [asked, setAsked] = useState<string | null>(null);
  const lines = useAsked(() => api.access.setAside(space.id), ['members', 'record'], [api, space.id], 1000) ?? [];
  if (lines.length === 0) return null;
  const takeIn = (uid: string): void => {
    api.access.adopt(space.id, uid).then(() => toast({ text: t('aside.done') }), (error: unknown) => toast({ text: errorText(t, error, 'person.failed') }));
  };
  return (
    <section className="waiting" aria-label={t('aside.title')}>
      <h2 className="medium">{t('aside.title')}</h2>
      <p className="small muted">{t('aside.text')}</p>
      <ul className="card">
        {lines.map(({ uid, records, from }) => (
          <li key={uid} className="line waiting-row">
            <Face uid={uid} name={people.name(uid)} size={28} />
            <span className="grow">{t('aside.line', { n: records, name: people.name(uid), at: `${date(from)}, ${time(from)}` })}</span>
            <Button kind="quiet" size="compact" onClick={() => setAsked(uid)}>{t('aside.act')}</Button>
          </li>
        ))}
      </ul>
      {asked !== null && <ConfirmWithConsequence title={t('aside.warnTitle', { name: people.name(asked) })} consequence={t('aside.warn', { name: people.name(asked) })} act={t('aside.act')} onConfirm={() => takeIn(asked)} onClose={() => setAsked(null)} />}
    </section>
  );
}
