/** Plans: what is paid for, until when and what then; the plans of the space in sentences, and for an owner who may issue vouchers of them. */
import '#view/kit/access-words.ts';
import '#view/kit/plan-words.ts';
import '#view/kit/rules.css';
import { useState, type ReactNode } from 'react';
import type { MyPlan, PlansView, PlanView } from '#os/access-api';
import type { SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { useCopy } from '#view/kit/use-copy.ts';
import { Only } from './only.tsx';
import { IssuerDialog, PlanDialog, VoucherDialog } from './plan-dialogs.tsx';

const STATE: Record<MyPlan['state'], { word: Key; text: Key; tone: 'ok' | 'wait' | 'bad' }> = {
  active: { word: 'plan.active', text: 'plan.activeText', tone: 'ok' }, ending: { word: 'plan.ending', text: 'plan.activeText', tone: 'wait' },
  grace: { word: 'plan.grace', text: 'plan.graceText', tone: 'wait' }, ended: { word: 'plan.ended', text: 'plan.endedText', tone: 'bad' },
};

type Open = { act: 'voucher' | 'plan' | 'issuer' } | { act: 'dropPlan'; plan: PlanView } | { act: 'dropIssuer'; key: string };

/** The tab. */
export function PlansSection({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [open, setOpen] = useState<Open | null>(null);
  const view = useAsked(() => api.access.plans(space.id), ['members', 'spaces', 'record'], [api, space.id], 300);
  if (!view) return <Skeleton label={t('list.loading')} />;
  const { plans, issuers, mine, mayChange } = view;
  return (
    <section aria-label={t('plan.title')} className="rules">
      {mine && <Mine mine={mine} />}
      {plans.length === 0 ? (
        <EmptyState title={t('plan.none')} text={t(mayChange ? 'plan.noneOwner' : 'plan.noneText')} {...(mayChange ? { act: { label: t('plan.add'), onClick: () => setOpen({ act: 'plan' }) } } : {})} />
      ) : (
        <>
          <ul className="card" aria-label={t('plan.title')}>
            {plans.map((plan) => <PlanRow key={plan.id} space={space} plan={plan} mayChange={mayChange} onDrop={() => setOpen({ act: 'dropPlan', plan })} />)}
          </ul>
          <p className="small muted">{t('plan.how')}</p>
        </>
      )}
      <div className="line wrap">
        {plans.length > 0 && <Button kind="primary" onClick={() => setOpen({ act: 'voucher' })}>{t('plan.use')}</Button>}
        {mayChange && plans.length > 0 && <Button kind="quiet" onClick={() => setOpen({ act: 'plan' })}>{t('plan.add')}</Button>}
      </div>
      {mayChange && plans.length > 0 && <Issuers issuers={issuers} onAdd={() => setOpen({ act: 'issuer' })} onDrop={(key) => setOpen({ act: 'dropIssuer', key })} />}
      {open && <Opened space={space} view={view} open={open} onClose={() => setOpen(null)} />}
    </section>
  );
}

const moment = ({ date, time }: I18n, at: number): string => `${date(at)}, ${time(at)}`;

function Mine({ mine }: { mine: MyPlan }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { word, text, tone } = STATE[mine.state];
  return (
    <div className="card waiting-row stack" role="status" data-plan={mine.state}>
      <div className="line wrap">
        <span className="medium">{mine.title ? t('plan.mine', { title: mine.title }) : t('plan.mineUnnamed')}</span>
        <span className="tag" data-tone={tone}>{t(word)}</span>
      </div>
      <p className="muted">{t(text, { until: moment(i18n, mine.until), reads: moment(i18n, mine.reads) })}</p>
    </div>
  );
}

function PlanRow({ space, plan, mayChange, onDrop }: { space: SpaceView; plan: PlanView; mayChange: boolean; onDrop: () => void }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  const title = plan.title || t('plan.unnamed');
  return (
    <li className="line wrap waiting-row">
      <div className="stack grow">
        <span className="medium">{title}</span>
        <span>{t(plan.role === 'member' ? 'plan.opensMember' : 'plan.opensGuest', { n: plan.days })}</span>
        <Only space={space.id} scope={plan.scope} />
        {plan.about && <span className="small muted" dir="auto">{plan.about}</span>}
      </div>
      <Button kind="quiet" size="compact" onClick={() => copy(plan.code)}>{t('plan.copyCode')}</Button>
      {mayChange && <MenuButton name={t('plan.acts', { title })} items={[{ label: t('plan.drop'), icon: 'close', tone: 'bad', onSelect: onDrop }]} />}
    </li>
  );
}

function Issuers({ issuers, onAdd, onDrop }: { issuers: readonly string[]; onAdd: () => void; onDrop: (key: string) => void }): ReactNode {
  const { t } = useI18n();
  return (
    <>
      <h2 className="medium">{t('plan.issuers')}</h2>
      <p className="small muted">{t(issuers.length === 0 ? 'plan.noIssuers' : 'plan.issuersText')}</p>
      {issuers.length > 0 && (
        <ul className="card">
          {issuers.map((key) => (
            <li key={key} className="line waiting-row">
              <code className="grow cut">{key}</code>
              <Button kind="text" size="compact" onClick={() => onDrop(key)}>{t('plan.drop')}</Button>
            </li>
          ))}
        </ul>
      )}
      <div><Button kind="quiet" onClick={onAdd}>{t('plan.addIssuer')}</Button></div>
    </>
  );
}

function Opened({ space, view, open, onClose }: { space: SpaceView; view: PlansView; open: Open; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { plans, issuers } = view;
  const done = (work: Promise<void>): void => void work.then(() => toast({ text: t('plan.changed') }), (error: unknown) => toast({ text: errorText(t, error, 'plan.failed') }));
  switch (open.act) {
    case 'voucher':
      return <VoucherDialog space={space} onClose={onClose} />;
    case 'plan':
      return <PlanDialog space={space} plans={plans} onClose={onClose} />;
    case 'issuer':
      return <IssuerDialog space={space} issuers={issuers} onClose={onClose} />;
    case 'dropPlan':
      return <ConfirmWithConsequence title={t('plan.dropTitle', { title: open.plan.title || t('plan.unnamed') })} consequence={t('plan.dropText')} act={t('plan.drop')} onConfirm={() => done(api.access.setPlans(space.id, { plans: plans.filter(({ id }) => id !== open.plan.id) }))} onClose={onClose} />;
    case 'dropIssuer':
      return <ConfirmWithConsequence title={t('plan.dropIssuerTitle')} consequence={t('plan.dropIssuerText')} act={t('plan.drop')} onConfirm={() => done(api.access.setPlans(space.id, { issuers: issuers.filter((key) => key !== open.key) }))} onClose={onClose} />;
  }
}
