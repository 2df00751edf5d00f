/** What is set aside: of people who were removed or may not write any more, and of devices that forked and did not come back. How much, from when, and the act that takes it in. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { SetAside } from '#os/access-api';
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
  const [asked, setAsked] = useState<SetAside | null>(null);
  const lines = useAsked(() => api.access.setAside(space.id), ['members', 'record'], [api, space.id], 1000) ?? [];
  if (lines.length === 0) return null;
  const takeIn = (uid: string): void => {
    api.access.adopt(space.id, uid).then(() => toast({ text: t('aside.done') }), (error: unknown) => toast({ text: errorText(t, error, 'person.failed') }));
  };
  return (
    <section className="waiting" aria-label={t('aside.title')}>
      <h2 className="medium">{t('aside.title')}</h2>
      {lines.some((line) => line.records > line.forked) && <p className="small muted">{t('aside.text')}</p>}
      {lines.some((line) => line.forked > 0) && <p className="small muted">{t('aside.fork')}</p>}
      <ul className="card">
        {lines.map((line) => (
          <li key={line.uid} className="line waiting-row">
            <Face uid={line.uid} name={people.name(line.uid)} size={28} />
            <span className="grow">{t('aside.line', { n: line.records, name: people.name(line.uid), at: `${date(line.from)}, ${time(line.from)}` })}</span>
            <Button kind="quiet" size="compact" onClick={() => setAsked(line)}>{t('aside.act')}</Button>
          </li>
        ))}
      </ul>
      {asked !== null && <ConfirmWithConsequence title={t('aside.warnTitle', { name: people.name(asked.uid) })} consequence={t(asked.forked === asked.records ? 'aside.forkWarn' : 'aside.warn', { name: people.name(asked.uid) })} act={t('aside.act')} onConfirm={() => takeIn(asked.uid)} onClose={() => setAsked(null)} />}
    </section>
  );
}
