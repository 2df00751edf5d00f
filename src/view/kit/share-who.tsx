/** Who can see the channel, the document or the space, and through which rule; and how a guest of it sees it. */
import '#view/kit/access-words.ts';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { whoSees } from '#domain/subscription';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import type { SharedThing } from '#view/kit/role-words.ts';
import { ThingRules } from '#view/kit/thing-rules.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { SeerRows, useOpenLinks } from '#view/kit/who-list.tsx';

/** The list, under the invitation. */
export function WhoSees({ space, thing, onClose }: { space: SpaceView; thing: SharedThing | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(space.id);
  const links = useOpenLinks(space.id, thing?.fragment ?? null);
  const preview = (): void => {
    onClose();
    navigate({ space: space.id, lens: thing!.lens, object: thing!.fragment, params: { as: 'guest' } });
  };
  return (
    <section className="who" aria-label={t('who.title')}>
      <div className="line">
        <h3 className="medium grow">{t('who.title')} <span className="muted num">{whoSees(people.members, thing?.fragment ?? null).length}</span></h3>
        {thing && space.role !== 'guest' && <Button kind="text" size="compact" onClick={preview}>{t('who.preview')}</Button>}
      </div>
      <SeerRows people={people} fragment={thing?.fragment ?? null} links={links} />
      {thing && <Past space={space} thing={thing} />}
      {thing?.lens === 'chat' && <ThingRules space={space} thing={thing.fragment} kind="channel" folded />}
    </section>
  );
}

/** From when on newcomers read this, where the rule or an owner says so. An owner who has what was before opens it to them, behind the sentence that says what that gives away. */
function Past({ space, thing }: { space: SpaceView; thing: SharedThing }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const { rules, since } = space;
  const open = rules.pasts.includes(thing.fragment);
  if (!open && rules.history !== 'joining') return null;
  const may = rules.mayChange && !rules.newer && since === undefined;
  const set = (to: boolean): void => {
    setAsking(false);
    api.access.setRules(space.id, { past: { fragment: thing.fragment, open: to } }).then(() => toast({ text: t('rules.changed') }), (error: unknown) => toast({ text: errorText(t, error, 'rules.failed') }));
  };
  return (
    <section className="thing-rules" aria-label={t('pasts.who')}>
      <div className="line wrap">
        <p className="grow">{t(open ? 'pasts.all' : 'pasts.since', { title: thing.title })}</p>
        {may && !asking && <Button kind="text" size="compact" onClick={() => (open ? set(false) : setAsking(true))}>{t(open ? 'pasts.shut' : 'pasts.ask')}</Button>}
      </div>
      {may && open && <p className="small muted">{t('pasts.shutNote')}</p>}
      {asking && (
        <>
          <p className="small muted" role="status">{t('pasts.note', { title: thing.title })}</p>
          <div className="line wrap">
            <Button kind="quiet" size="compact" onClick={() => setAsking(false)}>{t('act.cancel')}</Button>
            <Button kind="primary" size="compact" onClick={() => set(true)}>{t('pasts.open')}</Button>
          </div>
        </>
      )}
    </section>
  );
}
