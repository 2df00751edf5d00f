/** The rules on one channel or message, in sentences: who writes, changes and reacts there. Owners and admins change them; everybody reads them. */
import '#view/kit/access-words.ts';
import '#view/kit/rules.css';
import { useState, type ReactNode } from 'react';
import type { RoleName, RulesChange, SpaceView } from '#os/api';
import { Button, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';

export type RuledThing = 'channel' | 'message';

const SENTENCES: readonly { readonly pattern: string; readonly words: Readonly<Record<RuledThing, Key>> }[] = [
  { pattern: 'chat/message@', words: { channel: 'on.message', message: 'on.reply' } },
  { pattern: 'change', words: { channel: 'on.change', message: 'on.changeOne' } },
  { pattern: 'react/', words: { channel: 'on.react', message: 'on.react' } },
];
/** `guest`: no rule of its own. */
const WHO: Record<RoleName, Key> = { guest: 'on.asSpace', member: 'rules.members', admin: 'rules.admins', owner: 'rules.owners' };

/** May this person set rules on the thing: Owners, and Admins where no Owner is asked for. */
export function mayRule({ role, rules }: SpaceView, thing: string): boolean {
  return !rules.newer && (role === 'owner' || (role === 'admin' && !Object.values(rules.on[thing] ?? {}).includes('owner')));
}

/** A row for each sentence; where nothing may be changed, or it is folded, those that ask for something. */
export function ThingRules({ space, thing, kind, folded = false }: { space: SpaceView; thing: string; kind: RuledThing; folded?: boolean }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [shut, setShut] = useState(folded);
  const own = space.rules.on[thing] ?? {};
  const may = mayRule(space, thing) && !shut;
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'rules.failed') });
  const to = (pattern: string, role: RoleName): RulesChange => ({ on: { thing, ops: { [pattern]: role === 'guest' ? null : role } } });
  const change = (pattern: string, role: RoleName, before: RoleName): void => {
    const undo = (): void => void api.access.setRules(space.id, to(pattern, before)).catch(failed);
    api.access.setRules(space.id, to(pattern, role)).then(() => toast({ text: t('rules.changed'), undo }), failed);
  };
  const roles = (['guest', 'member', 'admin', 'owner'] as const).filter((role) => role !== 'owner' || space.role === 'owner');
  const rows = SENTENCES.filter(({ pattern }) => may || own[pattern] !== undefined);
  const opens = shut && mayRule(space, thing);
  if (rows.length === 0 && !opens) return null;
  return (
    <section className="thing-rules" aria-label={folded ? t('on.here') : undefined}>
      {folded && (
        <div className="line">
          <h3 className="medium grow">{t('on.here')}</h3>
          {opens && <Button kind="text" size="compact" onClick={() => setShut(false)}>{t('on.set')}</Button>}
        </div>
      )}
      {folded && rows.length === 0 && <p className="small muted">{t('on.none')}</p>}
      {rows.length > 0 && (
        <ul>
          {rows.map(({ pattern, words }) => {
            const now = own[pattern] ?? 'guest';
            return (
              <li key={pattern} className="rules-row">
                {may ? (
                  <Select label={t(words[kind])} value={now} options={roles.map((value) => ({ value, label: t(WHO[value]) }))} onChange={(role) => change(pattern, role, now)} />
                ) : `${t(words[kind])} ${t(WHO[now])}`}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
