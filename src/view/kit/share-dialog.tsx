/** Invite: role, how long, for how many, by hand or at once; the link and its code. Opened from Share and from Access. */
import '#view/kit/access-words.ts';
import { Suspense, useRef, useState, type ReactNode } from 'react';
import type { RoleName, SpaceRules, SpaceView } from '#os/api';
import { EXPIRY_CHOICES, GUILD_INVITE_DEFAULT, INVITE_DEFAULT, invitableRoles, inviteOptions, mayBePart, USES_CHOICES } from '#domain/subscription';
import { Button, Segments, Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { roleNote, ROLE_WORD, spanWords, type SharedThing } from '#view/kit/role-words.ts';
import { PublicLinkMaker } from '#view/kit/public-links.tsx';
import { WhoSees } from '#view/kit/share-who.tsx';

const QrCode = lazyPart(async () => (await import('#view/kit/qr.tsx')).QrCode);

interface Choice {
  role: RoleName;
  expiresInMs: number;
  uses: number;
  approve: boolean;
  /** The channel or document that alone is opened; null: the whole space. */
  only: string | null;
}

function Choices({ choice, roles, rules, thing, onChange }: { choice: Choice; roles: RoleName[]; rules: SpaceRules; thing: SharedThing | null; onChange: (choice: Choice) => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const part = choice.only !== null && mayBePart(choice.role);
  return (
    <div className="share-choices">
      {thing && mayBePart(choice.role) && (
        <div>
          <div className="label">{t('who.opens')}</div>
          <Segments label={t('who.opens')} value={choice.only === null ? 'all' : 'one'} options={[{ value: 'all', label: t('who.all') }, { value: 'one', label: t('who.one', { title: thing.title }) }]} onChange={(value) => onChange({ ...choice, only: value === 'one' ? thing.fragment : null })} />
        </div>
      )}
      <div>
        <div className="label">{t('invite.become')}</div>
        <Segments label={t('invite.become')} value={choice.role} options={roles.map((role) => ({ value: role, label: t(ROLE_WORD[role]) }))} onChange={(role) => onChange({ ...choice, role })} />
        <p className="small muted share-note">{t(roleNote(choice.role, rules, part))}{rules.history === 'joining' && ` ${t('invite.fromJoining')}`}</p>
      </div>
      <div className="share-pair">
        <Select label={t('invite.until')} value={choice.expiresInMs} options={EXPIRY_CHOICES.map((ms) => ({ value: ms, label: spanWords(i18n, ms) }))} onChange={(expiresInMs) => onChange({ ...choice, expiresInMs })} />
        <Select label={t('invite.uses')} value={choice.uses} options={USES_CHOICES.map((n) => ({ value: n, label: t('invite.people', { n }) }))} onChange={(uses) => onChange({ ...choice, uses })} />
      </div>
      {rules.approve ? <p className="small muted share-note">{t('invite.approveRule')}</p> : <Switch label={t('invite.approve')} note={t('invite.approveNote')} on={choice.approve} onChange={(approve) => onChange({ ...choice, approve })} />}
    </div>
  );
}

function Code({ link, onMake }: { link: string | null; onMake: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <figure className="share-code">
      {link ? (
        <Suspense fallback={<span className="share-code-empty" />}>
          <QrCode text={link} label={t('invite.qr')} />
        </Suspense>
      ) : (
        <button type="button" className="share-code-empty small muted" onClick={onMake}>
          {t('invite.showCode')}
        </button>
      )}
      <figcaption className="small muted">{t('invite.scan')}</figcaption>
    </figure>
  );
}

/** A second press waits for the first: two would be two invitations. */
function useOne(): (of: Choice, begin: () => Promise<string | null>) => Promise<string | null> {
  const making = useRef<{ of: Choice; link: Promise<string | null> } | null>(null);
  return (of, begin) => {
    if (making.current?.of === of) return making.current.link;
    const mine = { of, link: begin().finally(() => making.current === mine && (making.current = null)) };
    making.current = mine;
    return mine.link;
  };
}

/** Link and code of one set of choices; a changed choice makes a new link when asked for. */
export function ShareDialog({ space, thing = null, onClose }: { space: SpaceView; thing?: SharedThing | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const roles = invitableRoles(space);
  const usual = space.kind === 'guild' ? GUILD_INVITE_DEFAULT : INVITE_DEFAULT;
  // Who may let in less than is usual begins with the highest they may.
  const [choice, setChoice] = useState<Choice>({ ...usual, role: roles.includes(usual.role) ? usual.role : (roles.at(-1) ?? usual.role), approve: space.rules.approve, only: null });
  const [made, setMade] = useState<{ link: string; of: Choice } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [copiedLink, setCopied] = useState<string | null>(null);
  const stale = made !== null && made.of !== choice;
  const copied = copiedLink !== null && copiedLink === made?.link;
  const one = useOne();
  const make = (): Promise<string | null> => one(choice, begin);
  const begin = async (): Promise<string | null> => {
    const options = inviteOptions(choice, space);
    if (!options.ok) {
      setError(t('invite.noRight'));
      return null;
    }
    try {
      const link = await api.spaces.invite(space.id, options.value);
      setMade({ link, of: choice });
      setError(null);
      return link;
    } catch (caught) {
      setError(errorText(t, caught, 'invite.failed'));
      return null;
    }
  };
  const copy = async (): Promise<void> => {
    const link = made && !stale ? made.link : await make();
    if (!link) return;
    try {
      await navigator.clipboard.writeText(link);
      setCopied(link);
    } catch {
      setError(t('invite.copyByHand'));
    }
  };
  if (roles.length === 0) {
    return (
      <Dialog title={t('invite.title', { space: space.name })} onClose={onClose}>
        <p>{t('invite.noRight')}</p>
        <WhoSees space={space} thing={thing} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t('invite.title', { space: space.name })} size="medium" onClose={onClose}>
      <div className="share">
        <Choices choice={choice} roles={roles} rules={space.rules} thing={thing} onChange={setChoice} />
        <Code link={made && !stale ? made.link : null} onMake={() => void make()} />
      </div>
      <WhoSees space={space} thing={thing} onClose={onClose} />
      {thing && (space.role === 'owner' || space.role === 'admin') && <PublicLinkMaker space={space} thing={thing} />}
      <div className="share-foot">
        <div className="line wrap">
          <input className="field code grow share-link" readOnly aria-label={t('invite.link')} placeholder={t('invite.linkHere')} value={made && !stale ? made.link : ''} onFocus={(event) => event.target.select()} />
          <Button kind="primary" className="share-copy" icon={copied && !stale ? 'check' : 'copy'} data-first onClick={() => void copy()}>
            {copied && !stale ? t('act.copied') : t('invite.copy')}
          </Button>
        </div>
        <p className="hidden" role="status">{copied && !stale ? t('invite.copied') : ''}</p>
        {error ? <p className="field-error" role="alert">{error}</p> : <p className="small muted share-note">{choice.approve ? t('invite.canAsk') : t('invite.canJoin')} {t('invite.noKey')}</p>}
      </div>
    </Dialog>
  );
}
