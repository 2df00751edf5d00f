/** The dialogs of Plans: a new plan, an issuer, a voucher. */
import '#view/kit/plan-words.ts';
import { useState, type ReactNode } from 'react';
import type { PlanChoice, PlanView, VoucherRefusal } from '#os/access-api';
import type { SpaceView } from '#os/api';
import { FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { Button, Field, Segments, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { useToast } from '#view/kit/toast.tsx';

const DAYS = [7, 30, 90, 365];
const WHOLE = '';

const REFUSED: Record<VoucherRefusal, Key> = {
  'form': 'plan.notForm', 'space': 'plan.notSpace', 'over': 'plan.notOver', 'issuer': 'plan.notIssuer', 'plan': 'plan.notPlan', 'person': 'plan.notPerson', 'used': 'plan.notUsed',
  'long': 'plan.notLong', 'early': 'plan.notEarly', 'lowers': 'plan.notLowers', 'gives-nothing': 'plan.notMore', 'by-own-hand': 'plan.notOwn',
};

interface DialogProps {
  space: SpaceView;
  onClose: () => void;
}

/** A voucher is pasted; what is wrong with it is said under the field. */
export function VoucherDialog({ space, onClose }: DialogProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const use = async (text: string): Promise<string | null> => {
    try {
      const why = await api.access.redeem(space.id, text.trim());
      if (why !== null) return t(REFUSED[why]);
    } catch (error) {
      return errorText(t, error, 'plan.failed');
    }
    toast({ text: t('plan.used') });
    onClose();
    return null;
  };
  return <FieldDialog title={t('plan.use')} label={t('plan.voucher')} act="plan.use" note={t('plan.voucherNote')} spellCheck={false} onSubmit={use} onClose={onClose} />;
}

/** The public key of somebody who signs vouchers. */
export function IssuerDialog({ space, issuers, onClose }: DialogProps & { issuers: readonly string[] }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const add = async (text: string): Promise<string | null> => {
    try {
      await api.access.setPlans(space.id, { issuers: [...issuers, text.trim()] });
    } catch (error) {
      return typeof error === 'object' && error !== null && 'code' in error && error.code === 'bad-value' ? t('plan.badKey') : errorText(t, error, 'plan.failed');
    }
    toast({ text: t('plan.changed') });
    onClose();
    return null;
  };
  return <FieldDialog title={t('plan.addIssuer')} label={t('plan.key')} act="plan.addIssuer" note={t('plan.issuerNote')} spellCheck={false} onSubmit={add} onClose={onClose} />;
}

/** Name, role, part of the space and time of a new plan, with what it will mean. */
export function PlanDialog({ space, plans, onClose }: DialogProps & { plans: readonly PlanView[] }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { nodes } = useNodes(space.id, { type: FRAGMENT, fragment: ROOT });
  const [title, setTitle] = useState('');
  const [about, setAbout] = useState('');
  const [role, setRole] = useState<PlanChoice['role']>('member');
  const [channel, setChannel] = useState(WHOLE);
  const [days, setDays] = useState(30);
  const [error, setError] = useState<string | null>(null);
  const channels = [...nodes.values()].flatMap((node) => readDirectoryEntry(node) ?? []).map(({ fragment, title: name }) => ({ value: fragment, label: `#${name}` }));
  const add = (): void => {
    const plan: PlanChoice = { title, about, role, scope: channel === WHOLE ? null : [channel], days };
    api.access.setPlans(space.id, { plans: [...plans, plan] }).then(
      () => (toast({ text: t('plan.changed') }), onClose()),
      (failed: unknown) => setError(errorText(t, failed, 'plan.failed')),
    );
  };
  return (
    <Dialog title={t('plan.add')} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), add())}>
        <Field label={t('plan.name')} value={title} maxLength={80} autoComplete="off" error={error} onChange={(event) => (setTitle(event.target.value), setError(null))} />
        <Field label={t('plan.about')} value={about} maxLength={280} autoComplete="off" onChange={(event) => setAbout(event.target.value)} />
        <Segments label={t('plan.opens')} value={role} options={(['member', 'guest'] as const).map((value) => ({ value, label: t(ROLE_WORD[value]) }))} onChange={setRole} />
        <Select label={t('plan.where')} value={channel} options={[{ value: WHOLE, label: t('plan.whole') }, ...channels]} onChange={setChannel} />
        <Select label={t('plan.days')} value={days} options={DAYS.map((n) => ({ value: n, label: t('plan.nDays', { n }) }))} onChange={setDays} />
        <p className="small muted share-note" role="status">{t(role === 'member' ? 'plan.opensMember' : 'plan.opensGuest', { n: days })} {t('plan.addNote')}</p>
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
          <Button kind="primary" type="submit" disabled={title.trim() === ''}>{t('plan.add')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
