/** A component whose code comes when it is shown. A load that fails is tried again, then says so in its place, with a Retry that really loads. */
import { Component, Suspense, use, useEffect, type ComponentType, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { download } from '#view/kit/download.ts';
import { ErrorState } from '#view/kit/states.tsx';

/** Its code did not come. */
class PartError extends Error {
  override readonly name = 'PartError';
}

/**
 * The component behind `load`. Suspends while it loads, as React.lazy does; unlike that it does not keep a failure for ever. `alone`: nothing around it
 * waits with it, as for a dialog; `meanwhile` stands there until then. `failed` stands in its place when the load failed; else a card does.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>, { alone = false, meanwhile: Meanwhile, failed }: { alone?: boolean; meanwhile?: ComponentType<P>; failed?: (props: P, onRetry: () => void) => ReactNode } = {}): ComponentType<P> {
  let loading: Promise<ComponentType<P>> | null = null;
  const begin = (): Promise<ComponentType<P>> => {
    loading ??= loadAgain(load).catch((error: unknown) => {
      throw new PartError(error instanceof Error ? error.message : String(error));
    });
    return loading;
  };
  function Loaded(props: P): ReactNode {
    const Part = use(begin());
    return <Part {...props} />;
  }
  return function LazyPart(props: P): ReactNode {
    return (
      <PartBoundary onRetry={() => (loading = null)} failed={failed && ((onRetry) => failed(props, onRetry))}>
        {alone ? (
          <Suspense fallback={Meanwhile ? <Meanwhile {...props} /> : null}>
            <Loaded {...props} />
          </Suspense>
        ) : (
          <Loaded {...props} />
        )}
      </PartBoundary>
    );
  };
}

/** Catches a part that did not load; what a loaded part throws is not its own. */
class PartBoundary extends Component<{ onRetry: () => void; failed?: ((onRetry: () => void) => ReactNode) | undefined; children: ReactNode }, { error: Error | null; since: number }> {
  override state: { error: Error | null; since: number } = { error: null, since: 0 };

  static getDerivedStateFromError(error: Error): { error: Error; since: number } {
    return { error, since: Date.now() };
  }

  override render(): ReactNode {
    const { error, since } = this.state;
    if (!error) return this.props.children;
    if (!(error instanceof PartError)) throw error;
    const again = (): void => {
      this.props.onRetry();
      this.setState({ error: null });
    };
    if (this.props.failed) return this.props.failed(again);
    return <NotLoaded error={error} since={since} onRetry={again} />;
  }
}

/** The network is back: nobody has to press for that. */
export function useBackOnline(onRetry: () => void): void {
  useEffect(() => {
    addEventListener('online', onRetry);
    return () => removeEventListener('online', onRetry);
  });
}

function NotLoaded({ error, since, onRetry }: { error: Error; since: number; onRetry: () => void }): ReactNode {
  const { t, time } = useI18n();
  const api = useKernel();
  useBackOnline(onRetry);
  return (
    <ErrorState
      title={t('part.title')}
      text={t('part.text')}
      acts={[
        { label: t('act.retry'), onClick: onRetry },
        { label: t('crash.reload'), onClick: () => location.reload() },
        { label: t('system.export'), onClick: () => void api.diagnostics().then((blob) => download(blob, 'lifegraph-diagnostics.json')) },
      ]}
      facts={[[t('crash.what'), error.message.slice(0, 300)], [t('part.since'), time(since)]]}
    />
  );
}
