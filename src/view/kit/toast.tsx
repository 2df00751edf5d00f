/** Short words at the foot after an act, with Undo where there is one; and the consequence asked before an act that has none. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Dialog, useTopModal } from '#view/kit/overlays.tsx';

const SHOWN_MS = 10_000;

export interface ToastWords {
  text: string;
  undo?: () => void;
  /** Another act than Undo. Such a toast stays until it is used. */
  act?: { label: string; run: () => void };
}

const Context = createContext<(toast: ToastWords) => void>(() => undefined);

/** Shows toasts of everything inside; polite to screen readers. */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const [toasts, setToasts] = useState<(ToastWords & { id: number })[]>([]);
  const serial = useRef(0);
  const held = useRef(false);
  const drop = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: ToastWords) => {
      const id = serial.current++;
      setToasts((before) => [...before.slice(-2), { ...toast, id }]);
      // Not while somebody is about to press it.
      const end = (): unknown => setTimeout(() => (held.current ? end() : drop(id)), SHOWN_MS);
      if (!toast.act) end();
    },
    [drop],
  );
  const value = useMemo(() => show, [show]);
  const hold = useCallback((on: boolean) => void (held.current = on), []);
  return (
    <Context value={value}>
      {children}
      <Shelf onHold={hold}>
        {toasts.map((toast) => (
          <div key={toast.id} className="toast">
            <span>{toast.text}</span>
            {(toast.undo || toast.act) && (
              <Button
                kind="text"
                size="compact"
                onClick={() => {
                  drop(toast.id);
                  (toast.act?.run ?? toast.undo)?.();
                }}
              >
                {toast.act?.label ?? t('act.undo')}
              </Button>
            )}
          </div>
        ))}
      </Shelf>
    </Context>
  );
}

/** Where they stand: behind a modal dialog they could be neither pressed nor heard, so they stand in it. */
function Shelf({ onHold, children }: { onHold: (on: boolean) => void; children: ReactNode }): ReactNode {
  const modal = useTopModal();
  // Moved, it does not hear the pointer leave.
  useEffect(() => onHold(false), [modal, onHold]);
  const shelf = (
    <div className="toasts" role="status" aria-live="polite" onPointerOver={() => onHold(true)} onPointerLeave={() => onHold(false)} onFocus={() => onHold(true)} onBlur={() => onHold(false)}>
      {children}
    </div>
  );
  return modal ? createPortal(shelf, modal) : shelf;
}

/** Shows a toast. */
export function useToast(): (toast: ToastWords) => void {
  return use(Context);
}

/** Asks before an act that cannot be undone; `consequence` says in one sentence what will and what cannot happen. */
export function ConfirmWithConsequence({ title, consequence, act, onConfirm, onClose }: { title: string; consequence: string; act: string; onConfirm: () => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{consequence}</p>
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button
          kind="bad"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {act}
        </Button>
      </div>
    </Dialog>
  );
}
