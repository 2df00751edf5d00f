/** A page that says why the app cannot start here, since when, and what can be done; needs no kernel. */
import type { ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import type { I18n } from '#view/kit/i18n.tsx';
import { AppMark } from '#view/kit/seal.tsx';

/** The page. */
export function StopPage({ words, title, text, fact, since = Date.now() }: { words: I18n; title: string; text: string; fact: [name: string, value: string]; since?: number }): ReactNode {
  const { t, time } = words;
  const keep = (): void => download(new Blob([JSON.stringify({ at: new Date(since).toISOString(), title, text, [fact[0]]: fact[1], browser: navigator.userAgent }, null, 1)], { type: 'application/json' }), 'lifegraph-start.json');
  return (
    <main className="page">
      <div className="page-column">
        <AppMark />
        <h1 className="title2 page-title">{title}</h1>
        <p className="muted page-text">{text}</p>
        <dl className="card facts">
          <div className="fact">
            <dt className="small muted">{fact[0]}</dt>
            <dd className="small">
              <code>{fact[1]}</code>
            </dd>
          </div>
          <div className="fact">
            <dt className="small muted">{t('part.since')}</dt>
            <dd className="small">{time(since)}</dd>
          </div>
        </dl>
        <div className="line wrap stop-acts">
          <Button kind="primary" onClick={() => location.reload()}>
            {t('crash.reload')}
          </Button>
          <Button kind="text" onClick={keep}>
            {t('notSaved.export')}
          </Button>
        </div>
      </div>
    </main>
  );
}
