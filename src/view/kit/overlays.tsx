/** Dialog, popover and menu on the platform's own top layer: focus trap, Escape and inert background come from the browser. */
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore, type ReactNode, type RefObject } from 'react';
import { IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';

/** Escape closes the topmost only: through React's tree it would reach the panel whose card opened the dialog. `close` goes up there as well. */
const stopEscape = (event: React.KeyboardEvent): void => void (event.key === 'Escape' && event.stopPropagation());

/** A modal dialog. Focus returns to where it was; Escape and a press beside it close. `keep`: `open` while nothing may close it, `beside` where a press beside it does not. */
export function Dialog({ title, onClose, size = 'small', keep, children }: { title: string; onClose: () => void; size?: 'small' | 'medium'; keep?: 'open' | 'beside' | undefined; children: ReactNode }): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { t } = useI18n();
  useModal(ref);
  const held = keep === 'open';
  const onKeyDown = (event: React.KeyboardEvent): void => {
    stopEscape(event);
    if (held && event.key === 'Escape') event.preventDefault();
  };
  // A browser may close it all the same when Escape is pressed again.
  const closed = (event: React.SyntheticEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (held) ref.current?.showModal();
    else onClose();
  };
  const beside = (event: React.PointerEvent): void => {
    if (keep === undefined && event.target === ref.current && outside(event, ref.current)) ref.current.close();
  };
  return (
    <dialog ref={ref} className={`dialog-${size}`} aria-labelledby={id} onClose={closed} onCancel={(event) => held && event.preventDefault()} onKeyDown={onKeyDown} onPointerDown={beside}>
      <div className="dialog-head">
        <h2 id={id} className="title3 cut">
          {title}
        </h2>
        <IconButton icon="close" name={t('act.close')} hint="Esc" disabled={held} onClick={() => ref.current?.close()} />
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

const modals: HTMLDialogElement[] = [];
const modalEars = new Set<() => void>();
const told = (): void => modalEars.forEach((ear) => ear());
const topModal = (): HTMLDialogElement | null => modals.at(-1) ?? null;
const listenModals = (ear: () => void): (() => void) => (modalEars.add(ear), () => modalEars.delete(ear));

/** The dialog on top: what stands outside of it can neither be pressed nor heard. */
export function useTopModal(): HTMLDialogElement | null {
  return useSyncExternalStore(listenModals, topModal, topModal);
}

/** Opens a dialog element while it is mounted, puts the focus on its field or first act, and gives it back at the end. */
export function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    if (dialog) modals.push(dialog);
    told();
    // The platform would choose the first button, which is Close; a person came for the field or for the act.
    const wanted = dialog?.querySelector<HTMLElement>('[data-first]') ?? dialog?.querySelector<HTMLElement>(FIRST_IN_DIALOG);
    wanted?.focus();
    return () => {
      if (dialog?.open) dialog.close();
      if (dialog) modals.splice(modals.indexOf(dialog), 1);
      told();
      // Another dialog that took the place of this one keeps the focus.
      if (document.querySelector('dialog[open]') !== null) return;
      const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById('main');
      back?.focus({ preventScroll: true });
    };
  }, [ref]);
}

const FIRST_IN_DIALOG = '.dialog-body input:not([readonly]), .dialog-body textarea, .dialog-body select:not(:disabled), .palette-head input, .dialog-body button:not(:disabled)';

function outside(event: { clientX: number; clientY: number }, element: HTMLElement | null): boolean {
  const box = element?.getBoundingClientRect();
  return !box || event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

export interface Anchor {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Something small that floats at its anchor: below it, above where there is no room. */
export function Popover({ anchor, onClose, align = 'start', label, className, focus = true, children }: { anchor: HTMLElement | Anchor | null; onClose: () => void; align?: 'start' | 'end'; label: string; className?: string; focus?: boolean; children: ReactNode }): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box || !anchor) return;
    if (!box.matches(':popover-open')) box.showPopover();
    place(box, anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor, align);
  });
  useEffect(() => {
    const before = document.activeElement;
    if (focus) first(ref.current)?.focus();
    // What comes into it later makes it larger: it stays on the screen.
    const grows = new ResizeObserver(() => ref.current && anchor && place(ref.current, anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : anchor, align));
    if (ref.current) grows.observe(ref.current);
    const close = (event: Event): void => {
      const target = event.target as Node;
      if (ref.current?.contains(target) || (anchor instanceof HTMLElement && anchor.contains(target))) return;
      onClose();
    };
    // Wherever the focus went meanwhile: Escape closes the topmost.
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || !focus || ref.current?.contains(event.target as Node) || (document.querySelector('dialog:modal')?.contains(ref.current) === false)) return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    };
    addEventListener('pointerdown', close, true);
    addEventListener('resize', close);
    addEventListener('keydown', escape, true);
    return () => {
      grows.disconnect();
      removeEventListener('pointerdown', close, true);
      removeEventListener('resize', close);
      removeEventListener('keydown', escape, true);
      // What was chosen may have taken the focus to where one goes on: keys that come at once must not go to the button.
      if (focus && (document.activeElement ?? document.body) === document.body && before instanceof HTMLElement && before.isConnected) before.focus();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- bound once for the life of the popover
  }, []);
  return (
    <div
      ref={ref}
      popover="manual"
      role="dialog"
      aria-label={label}
      className={`popover ${className ?? ''}`}
      onKeyDown={(event) => {
        // A letter means something in the menu, or nothing: not an act on the page behind it.
        if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return event.stopPropagation();
        if (event.key !== 'Escape' && event.key !== 'Tab') return;
        if (event.key === 'Tab' && !focus) return;
        // Past its last control it closes: nothing stays open over a page that one walks through.
        const stops = [...(ref.current?.querySelectorAll<HTMLElement>('button, a, input, select, textarea') ?? [])].filter((one) => one.tabIndex >= 0 && !one.matches(':disabled'));
        if (event.key === 'Tab' && stops.length > 0 && document.activeElement !== stops.at(event.shiftKey ? 0 : -1) && className !== 'menu') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

function first(box: HTMLElement | null): HTMLElement | null {
  return box?.querySelector<HTMLElement>('[data-first], input, button:not(:disabled), a[href]') ?? null;
}

function place(box: HTMLElement, at: Anchor, align: 'start' | 'end'): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const gap = 4;
  const below = at.bottom + gap + height <= innerHeight - 8 || at.top - gap - height < 8;
  const left = align === 'start' ? at.left : at.right - width;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? Math.min(at.bottom + gap, innerHeight - height - 8) : at.top - gap - height)}px`;
}

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Shown at the right: a key or a fact. */
  end?: ReactNode;
  tone?: 'bad';
  start?: ReactNode;
  checked?: boolean;
  /** Checked or not by itself; else it is one of several of which one is checked. */
  alone?: boolean;
  onSelect(): void;
}

/** A menu: arrows move, Enter selects, a letter jumps, Escape closes. `null` draws a line, a text heads a group. */
export function Menu({ items, onDone }: { items: (MenuItem | string | null)[]; onDone: () => void }): ReactNode {
  const ref = useRef<HTMLDivElement>(null);
  const move = (event: React.KeyboardEvent): void => {
    const all = [...(ref.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const edge = event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : -1;
    const letter = event.key.length === 1 ? all.findIndex((item) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase())) : -1;
    const next = by !== 0 ? (at + by + all.length) % all.length : edge >= 0 ? edge : letter;
    if (next < 0) return;
    event.preventDefault();
    event.stopPropagation();
    all[next]?.focus();
  };
  // Words stand below each other, also of items without an icon.
  const icons = items.some((item) => item !== null && typeof item !== 'string' && item.icon !== undefined);
  return (
    <div ref={ref} role="menu" tabIndex={-1} onKeyDown={move}>
      {items.map((item, at) => {
        if (item === null) return <div key={at} className="menu-line" role="separator" />;
        if (typeof item === 'string') return <div key={at} className="menu-head" role="presentation">{item}</div>;
        return (
          <button
            key={at}
            type="button"
            role={item.checked === undefined ? 'menuitem' : item.alone ? 'menuitemcheckbox' : 'menuitemradio'}
            {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
            className="menu-item"
            data-tone={item.tone}
            onClick={() => {
              onDone();
              item.onSelect();
            }}
          >
            {item.start ?? (item.icon ? <Icon name={item.icon} /> : icons && <span className="no-icon" />)}
            <span className="cut">{item.label}</span>
            {(item.end !== undefined || item.checked) && <span className="end small line">{item.checked ? <Icon name="check" /> : item.end}</span>}
          </button>
        );
      })}
    </div>
  );
}

/** State of a popover bound to the button that opens it. */
export function useAnchored(): { anchor: HTMLElement | null; open: (event: { currentTarget: HTMLElement }) => void; close: () => void } {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  // React may run the updater later, when the event has no current target any more: a press that opens nothing.
  const open = useCallback(({ currentTarget }: { currentTarget: HTMLElement }) => setAnchor((before) => (before ? null : currentTarget)), []);
  return { anchor, open, close: useCallback(() => setAnchor(null), []) };
}

/** An icon button with a menu. */
export function MenuButton({ name, icon = 'more', items, hint }: { name: string; icon?: IconName; items: (MenuItem | string | null)[]; hint?: string }): ReactNode {
  const { anchor, open, close } = useAnchored();
  return (
    <>
      <IconButton icon={icon} name={name} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={open} {...(hint ? { hint } : {})} />
      {anchor && (
        <Popover anchor={anchor} onClose={close} align="end" label={name} className="menu">
          <Menu items={items} onDone={close} />
        </Popover>
      )}
    </>
  );
}
