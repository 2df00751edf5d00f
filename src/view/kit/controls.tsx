/** Buttons, fields, segments, switches: native elements in our look. */
import { useEffect, useId, useRef, type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, type Ref } from 'react';
import { Icon, type IconName } from '#view/kit/icons.tsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'primary' | 'outline' | 'quiet' | 'text' | 'bad';
  size?: 'small' | 'compact' | 'default' | 'large';
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

/** A button with a word. One primary per view. */
export function Button({ kind = 'outline', size = 'default', icon, children, className, ...rest }: ButtonProps): ReactNode {
  return (
    <button type="button" className={`button ${className ?? ''}`} data-kind={kind} data-size={size} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; the name is read out and shown as a tooltip with its key. */
export function IconButton({ icon, name, hint, size = 16, ...rest }: { icon: IconName; name: string; hint?: string; size?: number; ref?: Ref<HTMLButtonElement> } & ButtonHTMLAttributes<HTMLButtonElement>): ReactNode {
  return (
    <button type="button" className="icon-button" aria-label={name} title={hint ? `${name} (${hint})` : name} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  );
}

/** A labelled one-line field. */
export function Field({ label, error, large, hideLabel, ref, ...rest }: { label: string; error?: string | null; large?: boolean; hideLabel?: boolean; ref?: Ref<HTMLInputElement> } & InputHTMLAttributes<HTMLInputElement>): ReactNode {
  const id = useId();
  return (
    <div>
      <label className={hideLabel ? 'hidden' : 'label'} htmlFor={id}>
        {label}
      </label>
      <input id={id} ref={ref} className="field" data-size={large ? 'large' : undefined} aria-invalid={error ? true : undefined} aria-describedby={error ? `${id}e` : undefined} {...rest} />
      {error && (
        <p className="field-error" id={`${id}e`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** A labelled choice of a few, as the platform's own list. */
export function Select<T extends string | number>({ label, value, options, onChange }: { label: string; value: T; options: { value: T; label: string }[]; onChange: (value: T) => void }): ReactNode {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="select-box">
        <select id={id} className="field select" value={String(value)} onChange={(event) => onChange(options[event.target.selectedIndex]!.value)}>
          {options.map((option) => (
            <option key={String(option.value)} value={String(option.value)}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={14} />
      </div>
    </div>
  );
}

export interface Segment<T extends string> {
  value: T;
  label: string;
  count?: number;
}

/** One of a few in sight. `tabs` when it switches what is shown below, else a choice. Arrow keys move. */
export function Segments<T extends string>({ label, value, options, onChange, tabs = false }: { label: string; value: T; options: Segment<T>[]; onChange: (value: T) => void; tabs?: boolean }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('[tabindex="0"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [value]);
  const move = (by: number): void => {
    const at = options.findIndex((option) => option.value === value);
    const next = (at + by + options.length) % options.length;
    onChange(options[next]!.value);
    (box.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      ref={box}
      className="segments"
      role={tabs ? 'tablist' : 'radiogroup'}
      aria-label={label}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        move(by);
      }}
    >
      {options.map((option) => {
        const on = option.value === value;
        return (
          <button key={option.value} type="button" role={tabs ? 'tab' : 'radio'} tabIndex={on ? 0 : -1} {...(tabs ? { 'aria-selected': on } : { 'aria-checked': on })} onClick={() => onChange(option.value)}>
            {option.label}
            {option.count !== undefined && <span className="count num muted">{option.count}</span>}
          </button>
        );
      })}
    </div>
  );
}

/** On or off, at once. */
export function Switch({ label, note, on, onChange }: { label: string; note?: string; on: boolean; onChange: (on: boolean) => void }): ReactNode {
  const id = useId();
  return (
    <div className="switch-row">
      <button type="button" role="switch" className="switch" aria-checked={on} aria-labelledby={id} onClick={() => onChange(!on)} />
      <div>
        <div id={id}>{label}</div>
        {note && <div className="small muted">{note}</div>}
      </div>
    </div>
  );
}

/** A key cap. */
export function Key({ children }: { children: ReactNode }): ReactNode {
  return <kbd className="kbd">{children}</kbd>;
}
