/** Settings → Network: by which ways direct links are made: hiding the network address, and own STUN and TURN servers. */
import { useCallback, useState, type ReactNode } from 'react';
import type { NetWays, WayCheck, WayServer } from '#os/net-acts-api';
import { Button, Field, Switch } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { wayError } from '#view/kit/ways-words.ts';
import '#view/kit/ways.css';

/** Most own servers; the kernel refuses more. */
const MOST = 8;

/** The rows; changes count at once. */
export function WaysSection(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [turn, setTurn] = useState(0);
  const ways = useAsked(() => api.network.act({ act: 'ways' }), ['network'], [api], 300, turn);
  const save = useCallback(async (next: NetWays): Promise<void> => {
    await api.network.act({ act: 'set-ways', ways: next });
    setTurn((now) => now + 1);
  }, [api]);
  if (!ways) return null;
  const change = (next: NetWays): void => void save(next).catch((error: unknown) => toast({ text: wayError(t, error) }));
  const turnThere = ways.ice.some(({ urls }) => urls[0]!.startsWith('turn'));
  return (
    <>
      <div className="setting">
        <Switch label={t('way.hide')} note={`${t('way.hideNote')} ${t(turnThere ? 'way.hideTurn' : 'way.hideRelay')}`} on={ways.hide} onChange={(hide) => change({ ...ways, hide })} />
      </div>
      <div className="setting setting-column">
        <h2 className="medium">{t('way.servers')}</h2>
        <p className="small muted">{t('way.serversNote')}</p>
        {ways.ice.length === 0 && <p className="small muted">{t('way.none')}</p>}
        {ways.ice.length > 0 && (
          <ul className="card list-card" aria-label={t('way.servers')}>
            {ways.ice.map((server, at) => (
              <Server key={`${server.urls[0]} ${at}`} server={server} onRemove={() => change({ ...ways, ice: ways.ice.filter((_, no) => no !== at) })} />
            ))}
          </ul>
        )}
        {ways.ice.length < MOST && <AddServer onAdd={(server) => save({ ...ways, ice: [...ways.ice, server] })} />}
      </div>
    </>
  );
}

function Server({ server, onRemove }: { server: WayServer; onRemove: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [check, setCheck] = useState<WayCheck | 'running' | null>(null);
  const run = (): void => {
    setCheck('running');
    api.network.act({ act: 'check-way', server }).then(setCheck, () => setCheck({ ok: false, ms: 0, reason: 'unsupported' }));
  };
  return (
    <li className="server-row">
      <div className="line wrap">
        <code className="grow cut">{server.urls[0]}</code>
        <Button kind="quiet" size="compact" disabled={check === 'running'} onClick={run}>{t(check === 'running' ? 'way.checking' : 'way.check')}</Button>
        <Button kind="quiet" size="compact" onClick={onRemove}>{t('way.remove')}</Button>
      </div>
      <p className="small muted" role="status">
        {check !== null && check !== 'running' && (check.ok ? t('way.ok', { ms: check.ms }) : t(check.reason === 'no-answer' ? 'way.noAnswer' : 'way.unsupported'))}
      </p>
    </li>
  );
}

function AddServer({ onAdd }: { onAdd: (server: WayServer) => Promise<void> }): ReactNode {
  const { t } = useI18n();
  const [url, setUrl] = useState('');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [error, setError] = useState<string | null>(null);
  const isTurn = url.trim().startsWith('turn');
  const add = (): void => {
    const server: WayServer = { urls: [url.trim()], ...(isTurn && { username: user, credential: secret }) };
    onAdd(server).then(() => (setUrl(''), setUser(''), setSecret(''), setError(null)), (caught: unknown) => setError(wayError(t, caught)));
  };
  return (
    <form
      className="stack way-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim() !== '') add();
      }}
    >
      <Field label={t('way.address')} value={url} spellCheck={false} autoComplete="off" error={error} onChange={(event) => (setUrl(event.target.value), setError(null))} />
      {isTurn && (
        <>
          <Field label={t('way.user')} value={user} spellCheck={false} autoComplete="off" onChange={(event) => setUser(event.target.value)} />
          <Field label={t('way.secret')} type="password" value={secret} autoComplete="off" onChange={(event) => setSecret(event.target.value)} />
        </>
      )}
      <div className="line"><Button type="submit">{t('way.add')}</Button></div>
    </form>
  );
}
