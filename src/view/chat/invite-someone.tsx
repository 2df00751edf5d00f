/** Inviting from the Personal space: it is never shared, so a team is chosen or made first. */
import '#view/kit/start-words.ts';
import { useState, type ReactNode } from 'react';
import { invitableRoles } from '#domain/subscription';
import { useI18n } from '#view/kit/i18n.tsx';
import { useSpaces } from '#view/kit/kernel.tsx';
import { Menu } from '#view/kit/overlays.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { SpaceMark } from '#view/kit/seal.tsx';
import { CreateSpace, ShareDialog } from '#view/kit/lazy-dialogs.ts';

/** Chooses the space, then shows its invite dialog. */
export function InviteSomeone({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const spaces = useSpaces();
  const [chosen, setChosen] = useState<string | null>(null);
  const teams = (spaces ?? []).filter((space) => space.kind !== 'personal' && invitableRoles(space).length > 0);
  const space = teams.find((one) => one.id === chosen);
  if (spaces === null) return null;
  if (space) return <ShareDialog space={space} onClose={onClose} />;
  if (teams.length === 0) return <CreateSpace note={t('space.forInvite')} onClose={onClose} onMade={setChosen} />;
  return (
    <Dialog title={t('invite.whereTo')} onClose={onClose}>
      <Menu items={teams.map((team) => ({ label: team.name, start: <SpaceMark id={team.id} />, onSelect: () => setChosen(team.id) }))} onDone={() => undefined} />
    </Dialog>
  );
}
