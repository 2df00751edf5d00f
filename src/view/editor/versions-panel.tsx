/** History of a document beside its text: who wrote when, and the states that have a name. A line opens the comparison with what is now. */
import { useMemo, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/version-words.ts';
import './versions.css';
import { deleteVersion, mayDeleteVersion, mayNameVersions, nameVersion, restoreVersion } from '#domain/editor';
import { cutAt } from '#domain/editor/model';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { Face } from '#view/kit/face.tsx';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { titleRefusal } from './title-refusal.ts';
import { useProposals, type Proposals } from './use-proposals.ts';
import { momentWords, useVersions, type Moment } from './use-versions.ts';

const SHOWN = 200;
/** What was accepted is told a moment after it was written, ms. */
const TOLD_MS = 5_000;

interface CameIn {
  readonly title: string;
  readonly by: string | null;
}

/** The proposals that came into the document in each sitting, by its key: whose words they are is not told by who wrote them there. */
export function cameIn({ proposals, review }: Pick<Proposals, 'proposals' | 'review'>, moments: readonly Moment[]): ReadonlyMap<string, readonly CameIn[]> {
  const all = proposals.flatMap((one) => {
    const { taken } = review(one);
    return taken.length > 0 ? [{ one, taken }] : [];
  });
  const inIt = ({ from, at, who }: Moment, by: string | null, when: number): boolean => who.includes(by) && when >= from && when <= at + TOLD_MS;
  return new Map(moments.map((moment) => [moment.key, moment.named ? [] : all.filter(({ taken }) => taken.some((hunk) => inIt(moment, hunk.by, hunk.at))).map(({ one }) => one)]));
}

export interface VersionsPanelProps {
  space: SpaceView;
  fragment: string;
  /** The node that holds the text. */
  node: string;
  people: People;
  onOpen(key: string): void;
  onClose(): void;
}

/** The panel. */
export function VersionsPanel({ space, fragment, node, people, onOpen, onClose }: VersionsPanelProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { edits, moments } = useVersions(space.id, fragment, node);
  const proposals = useProposals(space.id, fragment);
  const [naming, setNaming] = useState(false);
  const [most, setMost] = useState(SHOWN);
  const came = useMemo(() => cameIn(proposals, moments.slice(0, most)), [proposals, moments, most]);
  const may = mayNameVersions(space, fragment);
  const me = api.identity.get()?.uid ?? '';
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'document.failed') });
  const name = async (value: string): Promise<string | null> => {
    try {
      await api.saved();
      const now = (await api.edits?.(space.id, node)) ?? [];
      const made = nameVersion(value, cutAt(now, now.length - 1));
      if (!made.ok) return t(titleRefusal(made.error));
      await api.graph(space.id).transact(made.value, { fragment });
      setNaming(false);
      return null;
    } catch (error) {
      return errorText(t, error, 'document.failed');
    }
  };
  const unname = ({ named }: Moment): void => {
    if (!named) return;
    const run = (ops: ReturnType<typeof deleteVersion>): void => void api.graph(space.id).transact(ops, { fragment }).catch(failed);
    run(deleteVersion(named.id));
    toast({ text: t('version.unnamed', { name: named.name }), undo: () => run(restoreVersion(named.id)) });
  };
  return (
    <>
      <SidePanel title={t('version.title')} onClose={onClose}>
        <div className="panel-body versions">
          {may && (
            <p>
              <Button size="compact" icon="plus" onClick={() => setNaming(true)}>{t('version.name')}</Button>
            </p>
          )}
          {edits === null && <Skeleton rows={4} label={t('list.loading')} />}
          {edits !== null && moments.length === 0 && <p className="muted">{t('version.none')}</p>}
          <ol aria-label={t('version.title')}>
            {moments.slice(0, most).map((one) => (
              <Row key={one.key} moment={one} came={came.get(one.key) ?? []} people={people} onOpen={() => onOpen(one.key)} onUnname={one.named && mayDeleteVersion(space, fragment, one.named, me) ? () => unname(one) : null} />
            ))}
          </ol>
          {moments.length > most && <Button size="compact" kind="quiet" onClick={() => setMost(most + SHOWN)}>{t('version.more', { n: moments.length - most })}</Button>}
        </div>
      </SidePanel>
      {naming && <FieldDialog title={t('version.name')} label={t('version.nameField')} act="act.save" maxLength={CHANNEL_TITLE_MAX} onSubmit={name} onClose={() => setNaming(false)} />}
    </>
  );
}

function Row({ moment, came, people, onOpen, onUnname }: { moment: Moment; came: readonly CameIn[]; people: People; onOpen: () => void; onUnname: (() => void) | null }): ReactNode {
  const i18n = useI18n();
  const { t, list } = i18n;
  const names = moment.who.map((uid) => people.name(uid));
  const words = momentWords(i18n, moment);
  return (
    <li className="version-row">
      <button type="button" className="version-open" onClick={onOpen} title={t('version.compare')}>
        {moment.named ? <Icon name="edit" /> : <Face uid={moment.who[0] ?? 'unknown'} name={names[0] ?? ''} size={20} />}
        <span className="grow">
          <span className={moment.named ? 'medium wrap' : 'num'} dir="auto">{words}</span>
          <span className="small muted wrap">{[list(names), moment.named ? i18n.moment(moment.at) : t('version.edits', { n: moment.edits })].join(' · ')}</span>
          {came.map(({ title, by }, at) => <span key={at} className="small muted wrap">{t('version.came', { title, name: people.name(by) })}</span>)}
        </span>
      </button>
      {onUnname && <IconButton icon="trash" name={`${t('version.unname')}: ${words}`} onClick={onUnname} />}
    </li>
  );
}
