/** First run: one field, one button; below, quietly, the other way in. */
import { useState, type ReactNode } from 'react';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { inviteIn } from '#view/kit/invite-text.ts';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { AppMark } from '#view/kit/seal.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';

/** The name field with its button; used here and by Join. Resolves when the identity is there. */
export function NameForm({ act, onDone }: { act: string; onDone: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const tab = useTabKind();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    const clean = oneLine(name);
    if (clean === '') return setError(t('welcome.needName'));
    setBusy(true);
    try {
      await api.identity.create({ name: clean });
      onDone();
    } catch (caught) {
      setError(errorText(t, caught, 'welcome.failed'));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void start();
      }}
    >
      <Field label={t('welcome.name')} hideLabel large autoFocus value={name} maxLength={PERSON_NAME_MAX} autoComplete={tab.begun ? 'off' : 'nickname'} error={error} onChange={(event) => (setName(event.target.value), setError(null))} />
      <Button kind="primary" size="large" type="submit" aria-busy={busy}>
        {busy ? t('welcome.busy') : act}
      </Button>
    </form>
  );
}

/** The other way in: with what was written down on another device. */
export const ComeBack = lazyPart(async () => (await import('./come-back.tsx')).ComeBack);

const OtherPeople = lazyPart(async () => (await import('#view/kit/browser-people-list.tsx')).OtherPeople, { alone: true });

/** For a device of somebody else: this tab begins anew, keeping nothing, with the link it was opened by. */
export function KeepNothing({ link = null, alone = false }: { link?: string | null; alone?: boolean }): ReactNode {
  const { t } = useI18n();
  const tab = useTabKind();
  const [refused, setRefused] = useState(false);
  if (tab.begun) return null;
  const row = (
    <>
      <button type="button" className="page-row muted" onClick={() => setRefused(!tab.restart('begins', link))}>
        <span className="grow">{t('welcome.fleeting')}</span>
        <Icon name="right" />
      </button>
      {refused && <p className="field-error" role="alert">{t('welcome.fleetingRefused')}</p>}
    </>
  );
  return alone ? <div className="page-other">{row}</div> : row;
}

/** The page. */
export function Welcome({ onDone, onLink }: { onDone: () => void; onLink: (link: string) => void }): ReactNode {
  const { t } = useI18n();
  const [more, setMore] = useState(false);
  const [known, setKnown] = useState(false);
  const [link, setLink] = useState('');
  const [error, setError] = useState<string | null>(null);
  if (known) return <ComeBack onDone={onDone} onLeave={() => setKnown(false)} />;
  return (
    <main className="page">
      <div className="page-column">
        <AppMark />
        <h1 className="title2 page-title">{t('welcome.title')}</h1>
        <p className="muted page-text">{t('welcome.text')}</p>
        <NameForm act={t('welcome.start')} onDone={onDone} />
        <div className="page-other">
          <button type="button" className="page-row muted" aria-expanded={more} onClick={() => setMore(!more)}>
            <span className="grow">{t('welcome.haveLink')}</span>
            <Icon name={more ? 'down' : 'right'} />
          </button>
          {more && (
            <form
              className="line page-link"
              onSubmit={(event) => {
                event.preventDefault();
                const found = inviteIn(link);
                if (found === null) setError(t('join.notALink'));
                else onLink(found);
              }}
            >
              <div className="grow">
                <Field label={t('join.pasteLink')} hideLabel placeholder={t('join.pasteLink')} autoFocus autoComplete="off" value={link} error={error} onChange={(event) => (setLink(event.target.value), setError(null))} />
              </div>
              <Button type="submit">{t('act.join')}</Button>
            </form>
          )}
          <button type="button" className="page-row muted" onClick={() => setKnown(true)}>
            <span className="grow">{t('welcome.already')}</span>
            <Icon name="right" />
          </button>
          <KeepNothing />
        </div>
        <OtherPeople />
        <p className="small muted">{t('welcome.promise')}</p>
      </div>
    </main>
  );
}
