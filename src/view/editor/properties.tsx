/** Properties of a page, above its text: each with a field of its kind for who may write, as words for others. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { toBase64url } from '#base/bytes';
import type { Op, SpaceView } from '#os/api';
import { addProperty, bringProperty, DOCUMENT, dropProperty, PROPERTIES_MAX, PROPERTY_KINDS, PROPERTY_NAME_MAX, PROPERTY_TEXT_MAX, readProperties, renameProperty, setProperty, textNodeOf, type Property, type PropertyKind } from '#domain/editor';
import { Button, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { afterNews, NO_DRAFT, typedValue } from './property-draft.ts';
import { titleRefusal } from './title-refusal.ts';
import './properties.css';

const KIND_WORD: Readonly<Record<PropertyKind, Key>> = { text: 'property.text', number: 'property.number', day: 'property.day', check: 'property.check', person: 'property.person', link: 'property.link' };

interface Props {
  space: SpaceView;
  fragment: string;
  writes: boolean;
  /** Number of times a new one was asked for elsewhere. */
  asked: number;
}

/** The list; nothing where a page has none. */
export function Properties({ space, fragment, writes, asked }: Props): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const people = usePeople(space.id);
  const { nodes } = useNodes(space.id, { type: DOCUMENT, fragment });
  const held = readProperties(nodes.get(textNodeOf(fragment)));
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Property | null>(null);
  const seen = useRef(0);
  useEffect(() => {
    if (asked > seen.current) setAdding(true);
    seen.current = asked;
  }, [asked]);
  const run = (ops: Op[]): void => void api.graph(space.id).transact(ops).catch((error: unknown) => toast({ text: errorText(t, error, 'document.failed') }));
  const drop = (one: Property): void => {
    run(dropProperty(fragment, one));
    toast({ text: t('property.gone', { name: one.name }), undo: () => run(bringProperty(fragment, one)) });
  };
  return (
    <>
      {held.length > 0 && (
        <div className="properties">
          <dl aria-label={t('property.all')}>
            {held.map((one) => (
              <div key={one.id} className="property">
                <dt className="small muted cut">{one.name}</dt>
                <dd>{writes ? <Value property={one} people={people} set={(value) => (made(setProperty(fragment, one, value), run))} /> : <Words property={one} people={people} />}</dd>
                {writes && <dd className="property-acts"><MenuButton name={t('property.acts', { name: one.name })} items={[{ label: t('act.rename'), icon: 'edit', onSelect: () => setRenaming(one) }, { label: t('property.drop'), icon: 'trash', onSelect: () => drop(one) }]} /></dd>}
              </div>
            ))}
        </dl>
          {writes && held.length < PROPERTIES_MAX && <Button kind="text" icon="plus" onClick={() => setAdding(true)}>{t('property.add')}</Button>}
        </div>
      )}
      {adding && <AddProperty held={held} fragment={fragment} run={run} onClose={() => setAdding(false)} />}
      {renaming && (
        <FieldDialog
          title={t('act.rename')} label={t('property.name')} act="act.rename" initial={renaming.name} maxLength={PROPERTY_NAME_MAX} onClose={() => setRenaming(null)}
          onSubmit={(name) => {
            const next = renameProperty(fragment, renaming, name);
            if (!next.ok && next.error.code !== 'no-change') return t(titleRefusal(next.error));
            if (next.ok) run(next.value);
            setRenaming(null);
            return null;
          }}
        />
      )}
    </>
  );
}

const made = (result: ReturnType<typeof setProperty>, run: (ops: Op[]) => void): void => void (result.ok && run(result.value));

function AddProperty({ held, fragment, run, onClose }: { held: readonly Property[]; fragment: string; run: (ops: Op[]) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [kind, setKind] = useState<PropertyKind>('text');
  const add = (name: string): string | null => {
    const next = addProperty(fragment, held, toBase64url(crypto.getRandomValues(new Uint8Array(6))), name, kind);
    if (!next.ok) return t(titleRefusal(next.error));
    run(next.value);
    onClose();
    return null;
  };
  return (
    <FieldDialog title={t('property.add')} label={t('property.name')} act="act.create" maxLength={PROPERTY_NAME_MAX} onSubmit={add} onClose={onClose}>
      <Select label={t('property.kind')} value={kind} options={PROPERTY_KINDS.map((value) => ({ value, label: t(KIND_WORD[value]) }))} onChange={setKind} />
    </FieldDialog>
  );
}

/** What it says, to be read. */
function Words({ property: { kind, value }, people }: { property: Property; people: People }): ReactNode {
  const i18n = useI18n();
  if (value === null) return <span className="muted">–</span>;
  if (kind === 'link') return <a href={String(value)} rel="noopener noreferrer nofollow" target="_blank">{String(value)}</a>;
  return <span dir="auto">{kind === 'check' ? i18n.t(value === true ? 'property.yes' : 'property.no') : kind === 'person' ? people.name(String(value)) : kind === 'day' ? dayWords(i18n, String(value)) : typeof value === 'number' ? i18n.number(value) : String(value)}</span>;
}

const INPUT = { text: 'text', number: 'number', day: 'date', link: 'url' } as const;

/** Shows at once what was pressed, and then what holds. */
function Check({ name, on, set }: { name: string; on: boolean; set: (on: boolean) => void }): ReactNode {
  const [pressed, setPressed] = useState<boolean | null>(null);
  useEffect(() => setPressed(null), [on]);
  return <input type="checkbox" aria-label={name} checked={pressed ?? on} onChange={(event) => (setPressed(event.target.checked), set(event.target.checked))} />;
}

/** Its field. What is typed is kept with Enter and on leaving; Escape leaves it as it was. */
function Value({ property, people, set }: { property: Property; people: People; set: (value: Property['value']) => void }): ReactNode {
  const { t } = useI18n();
  const { name, kind, value } = property;
  const [draft, setDraft] = useState(NO_DRAFT);
  const [refused, setRefused] = useState(false);
  useEffect(() => setDraft(afterNews), [value]);
  if (kind === 'check') return <Check name={name} on={value === true} set={set} />;
  if (kind === 'person') return <PersonField label={name} people={people} value={typeof value === 'string' ? value : null} onChange={set} />;
  const keep = (box: HTMLInputElement): void => {
    const read = box.validity.valid ? typedValue(property, box.value) : undefined;
    setRefused(read === undefined);
    if (read === undefined) return;
    if (draft.text === null || read === value) return setDraft(NO_DRAFT);
    // What was typed stands there until the page has it.
    setDraft({ text: draft.text, sent: true });
    set(read);
  };
  return (
    <>
      <input
        className="field" type={INPUT[kind]} step="any" aria-label={name} aria-invalid={refused || undefined} value={draft.text ?? (value === null ? '' : String(value))} dir="auto" autoComplete="off" placeholder={t('property.empty')}
        {...(kind === 'text' ? { maxLength: PROPERTY_TEXT_MAX } : kind === 'day' ? { min: '1970-01-01', max: '9999-12-31' } : {})}
        onChange={(event) => setDraft({ text: event.target.value, sent: false })}
        onBlur={(event) => keep(event.target)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') keep(event.currentTarget);
          if (event.key !== 'Escape' || draft.text === null) return;
          event.preventDefault();
          setDraft(NO_DRAFT);
          setRefused(false);
        }}
      />
      {refused && <p className="small field-error" role="alert">{t(kind === 'link' ? 'property.noLink' : 'property.noValue')}</p>}
    </>
  );
}
