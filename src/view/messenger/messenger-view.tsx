/** The Messenger: the list of people, rooms and calls; a conversation, with the call that is held in it above. */
import { use, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import '#view/kit/messenger-words.ts';
import '#view/kit/not-here-words.ts';
import { isOwnSpace, mayCall, readRoom, ROOM } from '#domain/messenger';
import { CHANNEL } from '#domain/chat';
import { FRAGMENT, ROOT } from '#domain/shared';
import { mayLeave } from '#domain/subscription';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useCopies, useKernel, useNodes } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ErrorState, Skeleton } from '#view/kit/states.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { CallHere } from './call-here.tsx';
import { useCallLines } from './call-lines.tsx';
import { CallStage } from './call-stage.tsx';
import { ConversationList } from './conversation-list.tsx';
import { DeskContext, deskOf, type MessengerParts } from './parts.ts';
import './messenger.css';

/** The lens over what it is given. */
export function messengerView(parts: MessengerParts): ComponentType<LensProps> {
  return function MessengerView(props: LensProps): ReactNode {
    return (
      <DeskContext value={use(deskOf(parts, useKernel()))}>
        {props.route.object === null ? <ConversationList space={props.space} /> : <Conversation {...props} fragment={props.route.object} parts={parts} />}
      </DeskContext>
    );
  };
}

function Conversation({ space, route, fragment, parts }: LensProps & { fragment: string; parts: MessengerParts }): ReactNode {
  const { nodes, loaded } = useNodes(space.id, { type: FRAGMENT, fragment: ROOT });
  const entry = [...nodes.values()].find((node) => node.props['fragment'] === fragment || node.id === fragment);
  const type = entry && readRoom(entry) ? ROOM : CHANNEL;
  const lines = useCallLines(space.id, fragment);
  const call = mayCall(space, fragment) ? <CallHere space={space.id} fragment={fragment} /> : null;
  const [leaving, setLeaving] = useState(false);
  const leaves = entry !== undefined && mayLeave(space) && isOwnSpace(space, entry, [...nodes.values()]);
  return (
    <div className="talk">
      <CallStage space={space} fragment={fragment} />
      <parts.Conversation key={`${fragment}/${type}`} space={space} fragment={fragment} type={type} route={route} call={call} lines={lines} onLeave={leaves ? () => setLeaving(true) : null} none={<None space={space} loaded={loaded && entry === undefined} />} />
      {leaving && <Leave space={space} onClose={() => setLeaving(false)} />}
    </div>
  );
}

/** Leaves the space that the conversation is. */
function Leave({ space, onClose }: { space: LensProps['space']; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const leave = (): void => void api.spaces.leave(space.id).then(() => navigate({}), (error: unknown) => toast({ text: errorText(t, error, 'room.leaveFailed') }));
  return <ConfirmWithConsequence title={t('room.leaveTitle', { room: space.name })} consequence={t('room.leaveText')} act={t('room.leave')} onConfirm={leave} onClose={onClose} />;
}

/** It is not here, or not yet. */
function None({ space, loaded }: { space: LensProps['space']; loaded: boolean }): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1_000);
    return () => clearTimeout(timer);
  }, []);
  const back = (): void => navigate({ space: space.id, lens: 'messenger' });
  return (
    <Place header={{ crumbs: [space.name], title: t('lens.messenger'), copies, onBack: back }}>
      {loaded && late ? <ErrorState title={t('state.absent')} text={`${t('notHere.absent')} ${t('notHere.safe')}`} acts={[{ label: t('act.back'), onClick: back }]} /> : <Skeleton label={t('list.loading')} />}
    </Place>
  );
}
