/** Comparing seals: by eye with the words of another screen, or by asking a device that is linked now. Only the latter can name what differs. */
import '#view/kit/system-words.ts';
import { useState, type ReactNode } from 'react';
import type { Comparison, Difference, PeerView, SpaceDigest, SpaceView } from '#os/api';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { navigate } from '#view/kit/router.tsx';
import { sealTones, SealStrip } from '#view/kit/seal.tsx';

/** The dialog. */
export function CompareSeals({ space, digest, onClose }: { space: SpaceView; digest: SpaceDigest; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const full = words.length >= 4;
  const same = full && words.slice(0, 4).join(' ') === digest.words.join(' ');
  return (
    <Dialog title={t('seal.compareTitle')} onClose={onClose}>
      <div className="stack seal-compare">
        <div>
          <div className="label">{t('seal.here')}</div>
          <SealStrip large tones={sealTones(digest.seal, digest.words)} />
          <div className="bold">{digest.words.join(' ')}</div>
        </div>
        <Field label={t('seal.there')} autoFocus autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
        {full && (
          <div role="status">
            {same && <SealStrip large tones={sealTones(digest.seal, digest.words)} />}
            <p className="state" data-tone={same ? 'ok' : 'wait'}>
              {same ? t('seal.equal') : t('seal.differs')}
            </p>
          </div>
        )}
        <p className="small muted">{t('seal.covers', { n: digest.covers.fragments.length })}</p>
        <Linked space={space} onClose={onClose} />
      </div>
    </Dialog>
  );
}

/** Devices of the space that are linked now, each with a button that asks it. */
function Linked({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const network = useNetwork();
  const people = usePeople(space.id);
  const peers = network.peers.filter((peer) => peer.spaces.includes(space.id));
  return (
    <section aria-label={t('seal.linked')}>
      <div className="label">{t('seal.linked')}</div>
      {peers.length === 0 && <p className="small muted">{network.leader ? t('seal.noneLinked') : t('seal.otherTab')}</p>}
      {network.leader && peers.map((peer) => <Ask key={peer.device} space={space} peer={peer} people={people} onClose={onClose} />)}
    </section>
  );
}

function Ask({ space, peer, people, onClose }: { space: SpaceView; peer: PeerView; people: People; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [found, setFound] = useState<Comparison | 'asking' | { error: string } | null>(null);
  const name = peer.name ?? (peer.uid ? people.name(peer.uid) : peer.device.slice(0, 8));
  const ask = (): void => {
    setFound('asking');
    api.graph(space.id).compare(peer.device).then(setFound, (error: unknown) => setFound({ error: errorText(t, error, 'seal.noAnswer') }));
  };
  return (
    <div className="seal-ask">
      <div className="line">
        <span className="medium cut">{name}</span>
        <code className="muted small">{peer.device.slice(0, 8)}</code>
        <Button kind="quiet" size="compact" disabled={found === 'asking'} onClick={ask}>
          {found === 'asking' ? t('seal.asking') : t('seal.ask')}
        </Button>
      </div>
      <div role="status">{found !== null && found !== 'asking' && ('error' in found ? <p className="state" data-tone="bad">{found.error}</p> : <Verdict space={space} found={found} people={people} onClose={onClose} />)}</div>
    </div>
  );
}

/** What asking a device found: equal, or the first difference in a sentence, with a way to its record. */
export function Verdict({ space, found, people, onClose }: { space: SpaceView; found: Comparison; people: People; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const { difference, covers, waiting } = found;
  const toRecord = (record: string): void => {
    onClose();
    navigate({ space: space.id, lens: 'system', params: { tab: 'log', record } });
  };
  return (
    <div className="stack">
      {difference ? (
        <p className="state" data-tone={difference.kind === 'records' ? 'wait' : 'bad'}>
          <Words difference={difference} people={people} />
        </p>
      ) : (
        <p className="state" data-tone={waiting > 0 ? 'wait' : 'ok'}>
          {waiting > 0 ? t('seal.partsWait', { n: waiting }) : t('seal.partsEqual', { n: covers.both })}
        </p>
      )}
      {difference && (
        <p className="small muted">
          {t('seal.wordsThere', { words: found.there.words.join(' ') })}
        </p>
      )}
      {(covers.onlyHere > 0 || covers.onlyThere > 0) && <p className="small muted">{t('seal.notBoth', { here: covers.onlyHere, there: covers.onlyThere })}</p>}
      {difference?.record && (
        <div>
          <Button kind="quiet" size="compact" onClick={() => toRecord(difference.record!)}>
            {t('seal.showRecord')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The first difference in one sentence. */
function Words({ difference, people }: { difference: Difference; people: People }): ReactNode {
  const { t, time } = useI18n();
  const who = people.name(difference.who);
  const what = difference.what ?? '…';
  const at = difference.at === null ? '…' : time(difference.at);
  if (difference.kind === 'records' && difference.side === 'there') return t('seal.lackThere', { n: difference.missingThere, what, who, at });
  if (difference.kind === 'records') return t('seal.lackHere', { n: difference.missingHere, who, seq: difference.seq ?? 0 });
  if (difference.kind === 'state') return difference.side === 'here' ? t('seal.wrongHere') : t('seal.wrongThere');
  return t('seal.taken', { what, who, at });
}
