/** Properties of a page, a task or a goal: each with a field of its kind for who may write, as words for others. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { toBase64url } from '#base/bytes';
import type { Op } from '#os/api';
import { addProperty, bringProperty, dropProperty, PROPERTIES_MAX, PROPERTY_KINDS, PROPERTY_NAME_MAX, PROPERTY_TEXT_MAX, renameProperty, setProperty, type Property, type PropertyHolder, type PropertyKind } from '#domain/shared/properties';
import type { Refusal } from '#domain/shared';
import { Button, Select } from '#view/kit/controls.tsx';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { PersonField } from '#view/kit/person-field.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { afterNews, afterRefusal, NO_DRAFT, typedValue } from './property-draft.ts';
import { propertyWords } from './property-value.ts';
import './properties.css';

const KIND_WORD: Readonly<Record<PropertyKind, Key>> = { text: 'property.text', number: 'property.number', day: 'property.day', check: 'property.check', person: 'property.person', link: 'property.link' };
const REFUSED: Readonly<Partial<Record<Refusal['code'], Key>>> = { 'too-long': 'refusal.tooLong', 'no-change': 'refusal.noChange' };
const refusedWord = ({ code }: Refusal): Key => REFUSED[code] ?? 'refusal.empty';

/** What a property is, without what it says. */
export type KnownProperty = Pick<Property, 'id' | 'name' | 'kind'>;

interface Props {
  at: PropertyHolder;
  held: readonly Property[];
  people: People;
  writes: boolean;
  /** Number of times a new one was asked for elsewhere. */
  asked?: number;
  /** Those of others beside it, which are offered first: the same one there and here is one column. */
  known?: readonly KnownProperty[];
  /** Another name for all that have it; empty: for this one alone. */
  renamed?(one: Property, name: string): Op[];
  /** Without one yet: a button that adds the first. */
  empty?: boolean;
  /** False when it was refused, which is said. */
  run(ops: Op[]): Promise<boolean>;
}

/** So many of those known are offered. */
const OFFERED = 12;

/** The list; nothing where there is none, and none is asked for. */
export function PropertyList({ at, held, people, writes, asked = 0, known = [], renamed, empty = false, run }: Props): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Property | null>(null);
  const seen = useRef(0);
  const latest = useRef(held);
  latest.current = held;
  useEffect(() => {
    if (asked > seen.current) setAdding(true);
    seen.current = asked;
  }, [asked]);
  const drop = (one: Property): void => {
    void run(dropProperty(at, one));
    // Somebody else may have brought it back meanwhile, by another name.
    toast({ text: t('property.gone', { name: one.name }), undo: () => latest.current.some(({ id }) => id === one.id) || void run(bringProperty(at, one)) });
  };
  return (
    <>
      {(held.length > 0 || (empty && writes)) && (
        <div className="properties">
          {held.length > 0 && (
            <dl aria-label={t('property.all')}>
              {held.map((one) => (
                <div key={one.id} className="property">
                  <dt className="small muted cut">{one.name}</dt>
                  <dd>{writes ? <Value property={one} people={people} set={(value) => made(setProperty(at, one, value), run)} /> : <Words property={one} people={people} />}</dd>
                  {writes && <dd className="property-acts"><MenuButton name={t('property.acts', { name: one.name })} items={[{ label: t('act.rename'), icon: 'edit', onSelect: () => setRenaming(one) }, { label: t('property.drop'), icon: 'trash', onSelect: () => drop(one) }]} /></dd>}
                </div>
              ))}
            </dl>
          )}
          {writes && held.length < PROPERTIES_MAX && <Button kind="text" icon="plus" onClick={() => setAdding(true)}>{t('property.add')}</Button>}
        </div>
      )}
      {adding && <AddProperty held={held} at={at} known={known} run={run} onClose={() => setAdding(false)} />}
      {renaming && (
        <FieldDialog
          title={t('act.rename')} label={t('property.name')} act="act.rename" initial={renaming.name} maxLength={PROPERTY_NAME_MAX} onClose={() => setRenaming(null)}
          onSubmit={(name) => {
            const next = renameProperty(at, renaming, name);
            if (!next.ok && next.error.code !== 'no-change') return t(refusedWord(next.error));
            if (next.ok) {
              const all = renamed?.(renaming, name) ?? [];
              void run(all.length > 0 ? all : next.value);
            }
            setRenaming(null);
            return null;
          }}
        />
      )}
    </>
  );
}

const made = (result: ReturnType<typeof setProperty>, run: (ops: Op[]) => Promise<boolean>): Promise<boolean> => (result.ok ? run(result.value) : Promise.resolve(false));

const newId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(6)));

function AddProperty({ held, at, known, run, onClose }: Pick<Props, 'held' | 'at' | 'run'> & { known: readonly KnownProperty[]; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [kind, setKind] = useState<PropertyKind>('text');
  const take = (id: string, name: string, of: PropertyKind): string | null => {
    // One that is called otherwise here is another by now.
    const next = addProperty(at, held, held.some((one) => one.id === id) ? newId() : id, name, of);
    if (!next.ok) return t(refusedWord(next.error));
    void run(next.value);
    onClose();
    return null;
  };
  // One that is typed as it is called elsewhere is that one.
  const add = (name: string): string | null => {
    const same = known.find((one) => one.kind === kind && one.name === name.trim());
    return take(same?.id ?? newId(), name, kind);
  };
  return (
    <FieldDialog title={t('property.add')} label={t('property.name')} act="act.create" maxLength={PROPERTY_NAME_MAX} onSubmit={add} onClose={onClose}>
      <Select label={t('property.kind')} value={kind} options={PROPERTY_KINDS.map((value) => ({ value, label: t(KIND_WORD[value]) }))} onChange={setKind} />
      {known.length > 0 && (
        <p className="line wrap property-known">
          <span className="small muted">{t('property.known')}</span>
          {known.slice(0, OFFERED).map((one) => <Button key={one.id} kind="quiet" size="compact" icon="plus" type="button" dir="auto" onClick={() => take(one.id, one.name, one.kind)}>{one.name}</Button>)}
        </p>
      )}
    </FieldDialog>
  );
}

function Words({ property, people }: { property: Property; people: People }): ReactNode {
  const i18n = useI18n();
  const words = propertyWords(i18n, people, property);
  if (words === null) return <span className="muted">–</span>;
  if (property.kind === 'link') return <a href={words} rel="noopener noreferrer nofollow" target="_blank">{words}</a>;
  return <span dir="auto">{words}</span>;
}

const INPUT = { text: 'text', number: 'number', day: 'date', link: 'url' } as const;

/** Shows at once what was pressed, and then what holds. */
function Check({ name, on, set }: { name: string; on: boolean; set: (on: boolean) => Promise<boolean> }): ReactNode {
  const [pressed, setPressed] = useState<boolean | null>(null);
  useEffect(() => setPressed(null), [on]);
  return <label className="property-check"><input type="checkbox" aria-label={name} checked={pressed ?? on} onChange={(event) => (setPressed(event.target.checked), void set(event.target.checked).then((done) => done || setPressed(null)))} /></label>;
}

/** Its field. What is typed is kept with Enter and on leaving; Escape leaves it as it was. */
function Value({ property, people, set }: { property: Property; people: People; set: (value: Property['value']) => Promise<boolean> }): ReactNode {
  const { t } = useI18n();
  const { name, kind, value } = property;
  const [draft, setDraft] = useState(NO_DRAFT);
  const [refused, setRefused] = useState(false);
  useEffect(() => setDraft(afterNews), [value]);
  if (kind === 'check') return <Check name={name} on={value === true} set={set} />;
  if (kind === 'person') return <PersonField label={name} people={people} value={typeof value === 'string' ? value : null} onChange={(value) => void set(value)} />;
  const keep = (box: HTMLInputElement): void => {
    const read = box.validity.valid ? typedValue(property, box.value) : undefined;
    setRefused(read === undefined);
    if (read === undefined) return;
    if (draft.text === null || read === value) return setDraft(NO_DRAFT);
    // What was typed stands there until its node has it.
    setDraft({ text: draft.text, sent: true });
    // What was refused stands there no longer: what holds does.
    void set(read).then((done) => done || setDraft(afterRefusal(draft.text)));
  };
  return (
    <>
      <input
        className="field" type={INPUT[kind]} step="any" aria-label={name} aria-invalid={refused || undefined} value={draft.text ?? (value === null ? '' : String(value))} dir="auto" autoComplete="off" placeholder={t('property.empty')}
        data-empty={(draft.text ?? value) === null ? '' : undefined}
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
