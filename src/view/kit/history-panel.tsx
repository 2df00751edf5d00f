/** History of any element, in the side panel or, where a place has none of its own, in a dialog: who, when, what changed from and to; the record of each line opens in the raw inspector. */
import { useMemo, useState, type ReactNode } from 'react';
import '#view/kit/system-words.ts';
import { FROM } from '#domain/goals';
import { BeforeIn } from '#view/kit/before-note.tsx';
import { Face } from '#view/kit/face.tsx';
import { historyLines, type HistoryChange, type HistoryLine } from '#view/kit/history-lines.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { RecordInspector } from '#view/kit/record-inspector.tsx';
import { Skeleton } from '#view/kit/states.tsx';

const SHOWN = 200;
const WHAT: ReadonlyMap<string, Key> = new Map<string, Key>([['text', 'history.text'], ['title', 'history.title'], ['topic', 'history.topic'], ['name', 'history.name'], ['done', 'history.done'], ['assignee', 'history.assignee'], ['due', 'history.due'], [FROM, 'history.source']]);

function actWords({ t }: I18n, line: HistoryLine): string {
  switch (line.act) {
    case 'created': return t('history.created');
    case 'deleted': return t('history.deleted');
    case 'restored': return t('history.restored');
    case 'reacted': return t('history.reacted', { emoji: line.sign });
    case 'unreacted': return t('history.unreacted', { emoji: line.sign });
    case 'linked': return t('history.linked', { kind: whatWord(t, line.sign) });
    case 'unlinked': return t('history.unlinked', { kind: whatWord(t, line.sign) });
    case 'moved': return t('history.moved');
    case 'text': return t('history.textEdited');
    case 'changed': return line.changes.map((change) => t('history.changed', { what: whatWord(t, change.what) })).join(', ');
  }
}

function whatWord(t: I18n['t'], what: string): string {
  const word = WHAT.get(what);
  return word ? t(word) : what;
}

/** A value as it is called: people by their names, yes and no in words. */
function valueWords({ t }: I18n, { what }: HistoryChange, value: string, people: People): string {
  if (what === 'assignee' && value !== '') return people.name(value);
  return what === 'done' ? t(value === 'true' ? 'history.yes' : 'history.no') : value;
}

function Values({ change, created, people }: { change: HistoryChange; created: boolean; people: People }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [from, to] = [valueWords(i18n, change, change.from, people), valueWords(i18n, change, change.to, people)];
  return (
    <>
      {!created && change.from !== '' && (
        <div className="history-value small" data-way="from" dir="auto">
          <span className="hidden">{t('history.from')}</span>
          <del>{from}</del>
        </div>
      )}
      <div className="history-value small" data-way="to" dir="auto">
        {!created && <span className="hidden">{t('history.to')}</span>}
        {to === '' ? t('history.nothing') : to}
      </div>
    </>
  );
}

function Line({ line, people, onRecord }: { line: HistoryLine; people: People; onRecord: (id: string) => void }): ReactNode {
  const i18n = useI18n();
  const { t, moment } = i18n;
  const name = people.name(line.who);
  return (
    <li className="history-line">
      <Face uid={line.who ?? 'unknown'} name={name} size={24} />
      <div className="grow history-what">
        <div className="wrap">
          <span className="medium">{name}</span> <span>{actWords(i18n, line)}</span>
        </div>
        {line.changes.map((change) => (
          <Values key={change.what} change={change} created={line.act === 'created'} people={people} />
        ))}
        <div className="line wrap small muted">
          <time className="num" dateTime={new Date(line.at).toISOString()}>
            {moment(line.at)}
          </time>
          {line.record === null ? (
            <span>{t('state.writing')}</span>
          ) : (
            <button type="button" className="link" onClick={() => onRecord(line.record!)}>
              {t('history.record', { id: line.record.slice(0, 8) })}
            </button>
          )}
        </div>
      </div>
    </li>
  );
}

/** The panel; `id` is a node of the space, `note` says of what. */
export function HistoryPanel({ space, id, note, people, onClose }: { space: string; id: string; note: string; people: People; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [record, setRecord] = useState<string | null>(null);
  return (
    <>
      <SidePanel title={t('history.panel')} note={note} onClose={onClose}>
        <div className="panel-body history">
          <Lines space={space} id={id} people={people} onRecord={setRecord} />
          <BeforeIn space={space} />
        </div>
      </SidePanel>
      {record && <RecordInspector space={space} id={record} onClose={() => setRecord(null)} />}
    </>
  );
}

/** The same over whatever is open: a card may stand anywhere and show a thing of another space. */
export function HistoryDialog({ space, id, title, onClose }: { space: string; id: string; title: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const people = usePeople(space);
  const [record, setRecord] = useState<string | null>(null);
  return (
    <>
      <Dialog title={t('history.of', { title })} size="medium" onClose={onClose}>
        <div className="history">
          <Lines space={space} id={id} people={people} onRecord={setRecord} />
          <BeforeIn space={space} />
        </div>
      </Dialog>
      {record && <RecordInspector space={space} id={record} onClose={() => setRecord(null)} />}
    </>
  );
}

function Lines({ space, id, people, onRecord }: { space: string; id: string; people: People; onRecord: (id: string) => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const entries = useAsked(() => api.graph(space).history(id).catch(() => 'absent' as const), ['node_updated', 'relation_created', 'copies'], [api, space, id], 400);
  const lines = useMemo(() => (entries === null || entries === 'absent' ? [] : historyLines(entries)), [entries]);
  return (
    <>
      {entries === null && <Skeleton rows={3} label={t('list.loading')} />}
      {entries === 'absent' && <p className="muted">{t('error.notHere')}</p>}
      <ol aria-label={t('history.panel')}>
        {lines.slice(0, SHOWN).map((line) => (
          <Line key={line.key} line={line} people={people} onRecord={onRecord} />
        ))}
      </ol>
      {lines.length > SHOWN && <p className="small muted">{t('history.more', { n: lines.length - SHOWN })}</p>}
    </>
  );
}
