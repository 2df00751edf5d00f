/** A page that says why the app cannot start here; needs no kernel. */
import type { ReactNode } from 'react';
import { AppMark } from '#view/kit/seal.tsx';

/** The page. */
export function StopPage({ title, text, fact }: { title: string; text: string; fact: [name: string, value: string] }): ReactNode {
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
        </dl>
      </div>
    </main>
  );
}
