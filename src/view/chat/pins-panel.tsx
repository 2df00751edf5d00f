/** What is pinned in a channel, the newest first, in the side panel. */
import '#view/kit/talk-words.ts';
import { useMemo, type ReactNode } from 'react';
import { mayPin, readMessage, type Message } from '#domain/chat';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { MessageText } from '#view/kit/message-row.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import type { ThreadPanelProps } from './thread-panel.tsx';
import type { ChannelRow } from './use-channels.ts';

export interface PinsPanelProps extends Pick<ThreadPanelProps, 'space' | 'state' | 'tools' | 'commands' | 'onClose'> {
  channel: ChannelRow;
  onShow(id: string): void;
}

/** The pinned messages; those that are not loaded in the channel are asked for. */
function usePinned({ space, channel, state }: PinsPanelProps): { id: string; message: Message | null }[] | null {
  const api = useKernel();
  const { pins, fragment } = channel;
  const asked = useAsked(() => Promise.all(pins.map((id) => api.graph(space.id).get(id))), ['node_created', 'node_updated'], [api, space.id, pins.join(' ')], 300);
  return useMemo(() => {
    if (asked === null || asked.length !== pins.length) return null;
    const found = pins.map((id, at) => {
      const node = asked[at]!;
      // A pin is a word of whoever set it: it names messages of this channel only.
      const message = state.byId.get(id) ?? (node.state === 'here' && node.fragment === fragment ? readMessage(node) : null);
      return { id, message: message?.deleted ? null : message };
    });
    return found.sort((a, b) => ((a.message?.stamp ?? '') > (b.message?.stamp ?? '') ? -1 : 1));
  }, [asked, pins, fragment, state.byId]);
}

/** The panel. */
export function PinsPanel(props: PinsPanelProps): ReactNode {
  const { space, channel, tools, commands, onShow, onClose } = props;
  const { t, time, moment } = useI18n();
  const pinned = usePinned(props);
  const unpin = (id: string): ReactNode => mayPin(space, channel) && <IconButton icon="close" name={t('chat.unpin')} onClick={() => commands.pin(id, false, channel.pins)} />;
  return (
    <SidePanel title={t('chat.pinned')} note={t('chat.inChannel', { channel: channel.title })} onClose={onClose}>
      <div className="panel-body">
        {pinned === null && <Skeleton rows={3} label={t('list.loading')} />}
        {pinned?.length === 0 && <EmptyState title={t('pins.none')} text={t('pins.noneText')} />}
        <ul className="pins" aria-label={t('chat.pinned')}>
          {pinned?.map(({ id, message }) => {
            if (message === null) return <li key={id} className="line"><span className="grow small muted">{t('pins.gone')}</span>{unpin(id)}</li>;
            const name = tools.nameOf(message.by);
            const folded = message.by !== null && tools.quiet.blocked.has(message.by);
            return (
              <li key={id} data-pin={id}>
                <div className="line">
                  <Face uid={message.by ?? 'unknown'} name={name} size={24} />
                  <span className="bold cut" dir="auto">{name}</span>
                  <time className="small muted num grow" dateTime={new Date(message.at).toISOString()} title={moment(message.at)}>{time(message.at)}</time>
                  {unpin(id)}
                </div>
                {folded ? <p className="small muted">{t('quiet.folded')}</p> : <MessageText text={message.text} people={tools.people} />}
                <Button kind="text" size="compact" onClick={() => onShow(id)}>{t('pins.show')}</Button>
              </li>
            );
          })}
        </ul>
      </div>
    </SidePanel>
  );
}
