/** A dialog of one field: a name, a topic, a link. */
import { useRef, useState, type ReactNode } from 'react';
import { Button, Field } from './controls.tsx';
import { useI18n, type Key } from './i18n.tsx';
import { Dialog } from './overlays.tsx';

interface FieldDialogProps {
  title: string;
  label: string;
  /** The word on the button that ends it. */
  act: Key;
  initial?: string;
  note?: string;
  maxLength?: number;
  spellCheck?: boolean;
  /** The act takes something away. */
  danger?: boolean;
  /** Does it with what was typed; a text is why not, and stays under the field until the next letter. */
  onSubmit: (value: string) => Promise<string | null> | string | null;
  onClose: () => void;
  /** More to choose, below the field. */
  children?: ReactNode;
}

/** The dialog; whoever opened it closes it when the act is done. */
export function FieldDialog({ title, label, act, initial = '', note, maxLength, spellCheck, danger = false, onSubmit, onClose, children }: FieldDialogProps): ReactNode {
  const { t } = useI18n();
  const [value, setValue] = useState(initial);
  const [error, setError] = useState<string | null>(null);
  // Enter twice is one act: the first may still be on its way.
  const busy = useRef(false);
  const submit = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      setError(await onSubmit(value));
    } finally {
      busy.current = false;
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field
          label={label}
          value={value}
          autoFocus
          autoComplete="off"
          error={error}
          onChange={(event) => (setValue(event.target.value), setError(null))}
          {...(maxLength !== undefined && { maxLength })}
          {...(spellCheck !== undefined && { spellCheck })}
        />
        {children}
        {note !== undefined && <p className="small muted field-note">{note}</p>}
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button kind={danger ? 'bad' : 'primary'} type="submit">
            {t(act)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
