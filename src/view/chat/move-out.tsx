/** Gives a message and what answers it a channel of their own, which can be opened to others alone. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { channelTitle, type Message } from '#domain/chat';
import { CHANNEL_TITLE_MAX, oneLine, type DirectoryEntry } from '#domain/shared';
import { cutText } from '#base/plain-text';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import '#view/kit/moved-words.ts';
import '#view/kit/talk-words.ts';
import { refusalWord } from '#view/kit/message-acts.ts';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { useChannels } from './use-channels.ts';

interface MoveOutProps {
  space: SpaceView;
  channel: DirectoryEntry;
  message: Message;
  answers: number;
  onClose: () => void;
}

/** One field, the name of the channel; says what goes along and what does not change. Opens the new channel, from where it can be shared. */
export function MoveOutDialog({ space, channel, message, answers, onClose }: MoveOutProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { channels } = useChannels(space.id);
  const failed = (error: unknown): string => errorText(t, error, 'chat.failed');
  const open = (object: string): void => navigate({ space: space.id, lens: 'chat', object, params: { m: message.id } });
  const back = (): void => void api.access.moveBack(space.id, message.id).then(() => open(channel.fragment), (error: unknown) => toast({ text: failed(error) }));
  const move = async (title: string): Promise<string | null> => {
    const made = channelTitle(title, channels);
    if (!made.ok) return t(refusalWord(made.error));
    try {
      const { fragment } = await api.access.moveOut(space.id, message.id, { title: made.value });
      onClose();
      open(fragment);
      toast({ text: t('chat.movedOut', { channel: made.value }), undo: back });
      return null;
    } catch (caught) {
      return failed(caught);
    }
  };
  return (
    <FieldDialog
      title={t('chat.moveOutTitle')} label={t('channel.name')} act="act.create" initial={cutText(oneLine(message.text), CHANNEL_TITLE_MAX).trim()} maxLength={CHANNEL_TITLE_MAX}
      note={`${answers > 0 ? `${t('chat.moveOutWhat', { n: answers })} ` : ''}${t('chat.moveOutNote', { channel: channel.title })}`} onSubmit={move} onClose={onClose}
    />
  );
}
