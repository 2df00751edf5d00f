/** The hunks of a proposal: what stands in the document beside what would stand there, each to be accepted or rejected; by keys too. */
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cutText } from '#base/plain-text';
import type { Decision, Proposal, Review, TakenHunk } from '#domain/editor/proposals';
import { acceptable, plainOf, sameTable, textPieces, type Block, type Clash, type Hunk, type HunkLine } from '#domain/editor/model';
import { Button, IconButton, Key as Cap } from '#view/kit/controls.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useNarrow } from '#view/kit/media.ts';
import type { People } from '#view/kit/people.tsx';
import { inside, kindWords, Shown } from './compare-view.tsx';
import { decisionOf, type ProposalActs } from './proposal-acts.ts';
import type { Standing } from './use-proposals.ts';

/** Hunks drawn at once; more by a press. */
const SHOWN = 60;
const WORDS = 60;
const CLASH: Record<Clash, Key> = { words: 'proposal.clashWords', kind: 'proposal.clashKind', place: 'proposal.clashPlace', gone: 'proposal.clashGone', both: 'proposal.clashBoth', newer: 'proposal.clashNewer' };

export interface ProposalHunksProps {
  proposal: Proposal;
  people: People;
  review: Review;
  standing: Standing;
  acts: ProposalActs;
}

/** The heading above a block, by which a hunk is found. */
function sectionOf({ lines }: Hunk, standing: Standing): string {
  const { now, branch } = standing.sides;
  for (const blocks of [branch, now]) {
    const at = blocks.findIndex(({ id }) => id === lines[0]!.id);
    const heading = at < 0 ? undefined : blocks.slice(0, at + 1).findLast(({ type }) => type === 'heading');
    if (heading) return cutText(plainOf(heading.text), WORDS);
  }
  return '';
}

/** What a hunk does, in words: colour alone is not enough. */
function doesWords({ t }: I18n, { lines }: Hunk): string {
  const said = new Set<string>();
  for (const { before, after, moved } of lines) {
    said.add(!before ? t('version.blockAdded') : !after ? t('version.blockRemoved') : t(moved && samePlain(before, after) ? 'version.blockMoved' : 'proposal.changed'));
    if (moved && before && after && !samePlain(before, after)) said.add(t('version.blockMoved'));
  }
  return [...said].join(' · ');
}

/** Where a block would stand that is moved or new: behind which words. */
function placeWords({ t }: I18n, { lines }: Hunk, { sides }: Standing): string | null {
  const line = lines.find(({ before, after, moved }) => after && (moved || !before));
  if (!line) return null;
  const at = sides.branch.findIndex(({ id }) => id === line.id);
  const before = sides.branch.slice(0, at).findLast(({ id, text }) => plainOf(text) !== '' && !lines.some((other) => other.id === id));
  return before ? t('proposal.behind', { words: cutText(plainOf(before.text), WORDS) }) : t('proposal.first');
}

const samePlain = (a: Block, b: Block): boolean => plainOf(a.text) === plainOf(b.text) && a.type === b.type && sameTable(a.table, b.table);

/** The list. */
export function ProposalHunks({ proposal, people, review, standing, acts }: ProposalHunksProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [most, setMost] = useState(SHOWN);
  const list = useRef<HTMLOListElement>(null);
  const { hunks } = standing;
  const decides = acts.reviews && proposal.state === 'open';
  const go = (by: number): void => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('.hunk') ?? [])];
    const at = all.findIndex((one) => one.contains(document.activeElement));
    const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const hunk = hunks.find(({ id }) => id === (event.target as HTMLElement).closest<HTMLElement>('.hunk')?.dataset['hunk']);
    const is = event.code === 'KeyA' ? 'accepted' : event.code === 'KeyR' ? 'rejected' : null;
    if (event.code === 'KeyJ') go(1);
    else if (event.code === 'KeyK') go(-1);
    else if (is && hunk && decides && canTake(hunk, is)) acts.decide(hunk, decisionOf(review, hunk)?.is === is ? null : is);
    else return;
    event.preventDefault();
  };
  return (
    <>
      {hunks.length > 0 && (
        <div className="hunk-columns small muted" aria-hidden="true">
          <span>{t('proposal.now')}</span>
          <span>{t('proposal.by', { name: people.name(proposal.by) })}</span>
        </div>
      )}
      <ol ref={list} className="hunks" aria-label={t('proposal.wayChanges')} onKeyDown={key}>
        {hunks.slice(0, most).map((hunk, at) => (
          <HunkCard key={hunk.id} hunk={hunk} number={at + 1} section={sectionOf(hunk, standing)} place={placeWords(i18n, hunk, standing)} said={decisionOf(review, hunk)} people={people} decides={decides} onDecide={(is) => acts.decide(hunk, is)} />
        ))}
      </ol>
      {hunks.length > most && <Button onClick={() => setMost(most + SHOWN)}>{t('proposal.more', { n: hunks.length - most })}</Button>}
      {review.taken.length > 0 && <TakenList taken={review.taken} people={people} author={people.name(proposal.by)} reopens={acts.reviews && proposal.state !== 'closed'} onReopen={acts.reopen} />}
      {decides && hunks.length > 0 && (
        <p className="hunk-keys small muted">
          <span><Cap>J</Cap> <Cap>K</Cap> {t('proposal.keysMove')}</span>
          <span><Cap>A</Cap> {t('proposal.keyAccept')}</span>
          <span><Cap>R</Cap> {t('proposal.keyReject')}</span>
        </p>
      )}
    </>
  );
}

const canTake = (hunk: Hunk, is: Decision['is']): boolean => is === 'rejected' || acceptable(hunk);

interface HunkCardProps {
  hunk: Hunk;
  number: number;
  section: string;
  place: string | null;
  said: Decision | null;
  people: People;
  decides: boolean;
  onDecide(is: Decision['is'] | null): void;
}

function HunkCard({ hunk, number, section, place, said, people, decides, onDecide }: HunkCardProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const does = doesWords(i18n, hunk);
  const name = t('proposal.hunk', { n: number, what: section === '' ? does : `${section} · ${does}` });
  const card = useRef<HTMLLIElement>(null);
  // The button that was pressed goes: the keys go on from the change.
  const decide = (is: Decision['is'] | null): void => {
    card.current?.focus({ preventScroll: true });
    onDecide(is);
  };
  return (
    <li ref={card} className="hunk card" data-hunk={hunk.id} data-said={said?.is} tabIndex={0} aria-label={name}>
      <div className="hunk-head">
        <span className="num muted">{number}</span>
        <span className="grow wrap">
          {section !== '' && <span className="medium" dir="auto">{section} </span>}
          <span className="small muted">{does}</span>
        </span>
        {said && <span className="tag" data-tone={said.is === 'accepted' ? 'ok' : 'bad'}>{t(`proposal.${said.is}`, { name: people.name(said.by) })}</span>}
        {decides && said && <IconButton icon="undo" name={`${t('proposal.undecide')}: ${name}`} onClick={() => decide(null)} />}
        {decides && !said && (
          <>
            {canTake(hunk, 'accepted') && <Button size="compact" aria-label={`${t('proposal.accept')}: ${name}`} onClick={() => decide('accepted')}>{t('proposal.accept')}</Button>}
            <Button size="compact" aria-label={`${t('proposal.reject')}: ${name}`} onClick={() => decide('rejected')}>{t('proposal.reject')}</Button>
          </>
        )}
      </div>
      {hunk.clashes.map((clash) => (
        <p key={clash} className="hunk-clash small">
          <Icon name="alert" />
          <span>{t(CLASH[clash])}</span>
        </p>
      ))}
      {place !== null && <p className="hunk-place small muted wrap" dir="auto">{place}</p>}
      {hunk.lines.map((line) => <Line key={line.id} line={line} />)}
    </li>
  );
}

/** One block: what stands there and what would; on a phone one in the other. */
function Line({ line: { before, after, moved } }: { line: HunkLine }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const narrow = useNarrow();
  const pieces = before && after ? textPieces(before.text, after.text) : null;
  const kind = before && after && (before.type !== after.type || before.attrs.level !== after.attrs.level || before.attrs.done !== after.attrs.done) ? <span className="compare-note small muted">{t('version.kind', { kind: kindWords(i18n, before) })}</span> : null;
  const side = (of: 'before' | 'after' | 'both'): ReactNode => {
    const block = of === 'before' ? before : (after ?? before);
    if (!block) return null;
    return <Shown block={block} tone={!before ? 'added' : !after ? 'removed' : 'kept'} moved={moved} note={of === 'before' ? null : kind}>{inside(before ?? undefined, after ?? undefined, pieces ?? undefined, of)}</Shown>;
  };
  const none = <p className="hunk-none muted">{t('proposal.nothing')}</p>;
  if (narrow) return <div className="hunk-line compare-lines">{side('both')}</div>;
  return (
    <div className="hunk-line hunk-sides compare-lines">
      <div>{before ? side('before') : none}</div>
      <div>{after ? side('after') : none}</div>
    </div>
  );
}

/** What went into the document, and by whom; asked about again where it was taken back. */
function TakenList({ taken, people, author, reopens, onReopen }: { taken: readonly TakenHunk[]; people: People; author: string; reopens: boolean; onReopen(hunk: string): void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <section className="hunk-taken" aria-label={t('proposal.taken', { n: taken.length })}>
      <h3 className="medium">{t('proposal.taken', { n: taken.length })}</h3>
      <ul>
        {taken.slice(0, SHOWN).map((one) => {
          const words = cutText(one.blocks.flatMap(([, { block }]) => (block ? [plainOf(block.text)] : [])).join(' '), WORDS) || t('version.blockRemoved');
          return (
            <li key={one.hunk}>
              <Icon name="check" />
              <span className="grow wrap">
                <span dir="auto">{words}</span>
                <span className="small muted"> {t('proposal.takenBy', { author, name: people.name(one.by), at: i18n.moment(one.at) })}</span>
              </span>
              {reopens && <IconButton icon="undo" name={`${t('proposal.again')}: ${words}`} onClick={() => onReopen(one.hunk)} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
