/** Public links: making one for a channel or a document (Share), the list of them with revoking (Share, Access). */
import '#view/kit/links-words.ts';
import '#view/kit/links.css';
import { useRef, useState, type ReactNode } from 'react';
import type { PublicLinkView, SpaceView } from '#os/api';
import { ACCESS_CHOICES } from '#domain/subscription';
import { Button, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { spanWords, type SharedThing } from '#view/kit/role-words.ts';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';

const QrCode = lazyPart(async () => (await import('#view/kit/qr.tsx')).QrCode);

const NO_END = 0;
/** A public link is longer than an invite: its code has more modules, px. */
const QR_SIZE = 208;

/** Links of the space, the newest first. */
function useLinks(space: string): PublicLinkView[] {
  const api = useKernel();
  return useAsked(() => api.access.publicLinks(space), ['members', 'spaces', 'record'], [api, space], 300) ?? [];
}

/** In Share: one is made and copied, and those there are can be revoked. */
export function PublicLinkMaker({ space, thing }: { space: SpaceView; thing: SharedThing }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const [life, setLife] = useState(NO_END);
  const [address, setAddress] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const busy = useRef(false);
  const links = useLinks(space.id).filter((link) => link.fragment === thing.fragment && link.state === 'open');
  const make = (): void => {
    if (busy.current) return;
    busy.current = true;
    setError(null);
    api.access.makePublicLink(space.id, thing.fragment, { expiresInMs: life === NO_END ? null : life }).then(setAddress, (caught: unknown) => setError(errorText(t, caught, 'links.failed'))).finally(() => (busy.current = false));
  };
  const copy = (): void => {
    navigator.clipboard.writeText(address).then(() => setSaid(t('links.copied')), () => setError(t('invite.copyByHand')));
  };
  return (
    <section className="who" aria-label={t('links.heading')}>
      <h3 className="medium">{t('links.heading')}</h3>
      <p className="small muted">{t(space.rules.history === 'joining' && !space.rules.pasts.includes(thing.fragment) ? 'links.leadLate' : 'links.lead', { title: thing.title })}</p>
      <div className="line wrap links-make">
        {address === '' ? (
          <>
            <Select label={t('links.until')} value={life} options={[{ value: NO_END, label: t('links.noEnd') }, ...ACCESS_CHOICES.map((ms) => ({ value: ms, label: spanWords(i18n, ms) }))]} onChange={setLife} />
            <Button icon="link" onClick={make}>{t('links.make')}</Button>
          </>
        ) : (
          <>
            <input className="field code grow share-link" readOnly aria-label={t('links.address')} value={address} onFocus={(event) => event.target.select()} />
            <Button icon="copy" onClick={copy}>{said === '' ? t('links.copy') : t('act.copied')}</Button>
          </>
        )}
      </div>
      {address !== '' && <QrCode text={address} label={t('links.qr')} size={QR_SIZE} />}
      <p className="hidden" role="status">{said}</p>
      {error ? <p className="field-error" role="alert">{error}</p> : address !== '' && <p className="small muted share-note">{t('links.once')}</p>}
      {links.length > 0 && <LinkTable space={space} links={links} />}
    </section>
  );
}

/** In Access: all links of the space; nothing where there are none. */
export function PublicLinkList({ space, titleOf }: { space: SpaceView; titleOf: (fragment: string) => string }): ReactNode {
  const { t } = useI18n();
  const links = useLinks(space.id);
  if (links.length === 0) return null;
  return (
    <section className="links-section" aria-label={t('links.title')}>
      <h2 className="medium">{t('links.title')}</h2>
      <LinkTable space={space} links={links} titleOf={titleOf} />
    </section>
  );
}

const TONE = { open: 'ok', ended: undefined, revoked: 'bad' } as const;

function LinkTable({ space, links, titleOf }: { space: SpaceView; links: readonly PublicLinkView[]; titleOf?: (fragment: string) => string }): ReactNode {
  const { t, moment } = useI18n();
  const people = usePeople(space.id);
  const [revoking, setRevoking] = useState<PublicLinkView | null>(null);
  const words = { open: t('links.open'), ended: t('links.ended'), revoked: t('links.revoked') };
  return (
    <>
      <table className="table card" aria-label={t('links.title')}>
        <thead>
          <tr>
            {titleOf && <th scope="col">{t('links.channel')}</th>}
            <th scope="col">{t('links.stateHead')}</th>
            <th scope="col">{t('links.until')}</th>
            <th scope="col" className="wide-only-cell">{t('links.by')}</th>
            <th scope="col" className="wide-only-cell">{t('links.made')}</th>
            <th scope="col" className="row-acts"><span className="hidden">{t('act.more')}</span></th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <tr key={link.id}>
              {titleOf && <th scope="row" className="medium">{titleOf(link.fragment)}</th>}
              <td><span className="tag" data-tone={TONE[link.state]}>{words[link.state]}</span></td>
              <td className="muted">{link.until === null ? (link.state === 'open' ? t('links.noEnd') : '') : moment(link.until)}</td>
              <td className="muted wide-only-cell">{people.name(link.by)}</td>
              <td className="muted wide-only-cell">{moment(link.madeAt)}</td>
              <td className="row-acts">{link.mayRevoke && <MenuButton name={t('links.acts')} items={[{ label: t('links.revoke'), icon: 'close', tone: 'bad', onSelect: () => setRevoking(link) }]} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {revoking && <Revoke space={space} link={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function Revoke({ space, link, onClose }: { space: SpaceView; link: PublicLinkView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const revoke = (): void => {
    api.access.revokePublicLink(space.id, link.id).then(
      () => toast({ text: t('links.revokeDone') }),
      (error: unknown) => toast({ text: errorText(t, error, 'links.revokeFailed') }),
    );
  };
  return <ConfirmWithConsequence title={t('links.revokeTitle')} consequence={t('links.revokeText')} act={t('links.revoke')} onConfirm={revoke} onClose={onClose} />;
}
