/** Settings → Notifications: of this device. Asked for at the switch, and not before. */
import '#view/kit/notices-words.ts';
import { useEffect, useState, type ReactNode } from 'react';
import { Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { NOTICES_KEY, readChoice, type NoticeChoice } from '#view/kit/notice-choice.ts';
import { Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';

/** Quiet hours that are offered first. */
const NIGHT: readonly [number, number] = [22, 8];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** The rows; changes count at once. */
export function NoticesSection(): ReactNode {
  const { t } = useI18n();
  const { local } = useKernel();
  const toast = useToast();
  const [choice, setChoice] = useState<NoticeChoice | null>(null);
  const can = 'Notification' in globalThis;
  const [blocked, setBlocked] = useState(can && Notification.permission === 'denied');
  useEffect(() => void local.get(NOTICES_KEY).then((value) => setChoice(readChoice(value)), () => setChoice(readChoice(undefined))), [local]);
  if (!choice) return <Skeleton label={t('list.loading')} />;
  const change = async (part: Partial<NoticeChoice>): Promise<void> => {
    const next = { ...choice, ...part };
    await local.set(NOTICES_KEY, { on: next.on, quiet: next.quiet === null ? null : [...next.quiet] });
    setChoice(next);
  };
  const set = (part: Partial<NoticeChoice>): void => void change(part).catch((error: unknown) => toast({ text: errorText(t, error, 'chat.failed') }));
  const turn = async (on: boolean): Promise<void> => {
    if (on && Notification.permission !== 'granted') {
      const may = await Notification.requestPermission();
      setBlocked(may === 'denied');
      if (may !== 'granted') return;
    }
    set({ on });
  };
  const hours = HOURS.map((value) => ({ value, label: t('notices.hour', { n: value }) }));
  const [from, to] = choice.quiet ?? NIGHT;
  const on = can && !blocked && choice.on;
  return (
    <section className="card settings-card" aria-label={t('settings.notices')}>
      {can && !blocked && <div className="setting"><Switch label={t('notices.switch')} note={t('notices.switchNote')} on={on} onChange={(next) => void turn(next).catch(() => undefined)} /></div>}
      {(!can || blocked) && <p className="setting small muted" role="status">{t(can ? 'notices.blocked' : 'notices.none')}</p>}
      {on && (
        <>
          <div className="setting"><Switch label={t('notices.quiet')} note={t('notices.quietNote')} on={choice.quiet !== null} onChange={(quiet) => set({ quiet: quiet ? NIGHT : null })} /></div>
          {choice.quiet !== null && (
            <div className="setting">
              <Select label={t('notices.from')} value={from} options={hours} onChange={(next) => set({ quiet: [next, to] })} />
              <Select label={t('notices.to')} value={to} options={hours} onChange={(next) => set({ quiet: [from, next] })} />
            </div>
          )}
        </>
      )}
      <p className="setting small muted">{t('notices.closed')}</p>
    </section>
  );
}
