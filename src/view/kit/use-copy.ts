/** Copying to the clipboard, said in words: the browser may refuse, and then nothing would have happened in silence. */
import { useCallback } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { formatRoute, type Route } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';

/** Copies a text and says whether it went well. */
export function useCopy(): (text: string) => void {
  const toast = useToast();
  const { t } = useI18n();
  return useCallback(
    (text) => {
      void navigator.clipboard.writeText(text).then(
        () => toast({ text: t('act.copied') }),
        () => toast({ text: t('act.copyFailed') }),
      );
    },
    [toast, t],
  );
}

/** The whole address of a place in the app. */
export function addressOf(route: Partial<Route>): string {
  return location.href.split('#')[0] + formatRoute(route);
}
