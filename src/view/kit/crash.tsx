/** When a view breaks: what happened, what is safe, what to do. The kernel and the data are not touched by a broken view. */
import { Component, useState, type ErrorInfo, type ReactNode } from 'react';
import type { LifegraphApi } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { download } from '#view/kit/download.ts';
import { ErrorState } from '#view/kit/states.tsx';

interface Props {
  api: LifegraphApi | null;
  children: ReactNode;
}

/** Catches what views throw. */
export class CrashBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return <Crash error={this.state.error} api={this.props.api} onAgain={() => this.setState({ error: null })} />;
  }
}

function Crash({ error, api, onAgain }: { error: Error; api: LifegraphApi | null; onAgain: () => void }): ReactNode {
  const { t, time } = useI18n();
  const [since] = useState(() => Date.now());
  return (
    <main className="page">
      <h1 className="hidden">{t('crash.title')}</h1>
      <ErrorState
        title={t('crash.title')}
        text={t('crash.text')}
        acts={[
          { label: t('crash.reload'), onClick: () => location.reload() },
          { label: t('crash.again'), onClick: onAgain },
          ...(api ? [{ label: t('system.export'), onClick: () => void api.diagnostics().then((blob) => download(blob, 'lifegraph-diagnostics.json')) }] : []),
        ]}
        facts={[[t('crash.what'), error.message.slice(0, 300)], [t('part.since'), time(since)]]}
      />
    </main>
  );
}

