/** The dialogs of a channel: a new one, and what it is for. */
import '#view/kit/talk-words.ts';
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { CHANNEL, channelTitle } from '#domain/chat';
import { CHANNEL_TITLE_MAX, CHANNEL_TOPIC_MAX, type DirectoryEntry } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { refusalWord } from '#view/kit/message-acts.ts';
import { navigate } from '#view/kit/router.tsx';
import { useChannels } from './use-channels.ts';

/** New channel: one field. Opens the channel when it is there. */
export function CreateChannel({ space, words: name = '', onClose }: { space: SpaceView; words?: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { channels } = useChannels(space.id);
  const create = async (title: string): Promise<string | null> => {
    const made = channelTitle(title, channels);
    if (!made.ok) return t(refusalWord(made.error));
    try {
      const fragment = await api.graph(space.id).createFragment({ type: CHANNEL, title: made.value });
      onClose();
      navigate({ space: space.id, lens: 'chat', object: fragment });
      return null;
    } catch (caught) {
      return errorText(t, caught, 'chat.failed');
    }
  };
  return <FieldDialog title={t('channel.new')} label={t('channel.name')} act="act.create" initial={name} maxLength={CHANNEL_TITLE_MAX} note={t('channel.who', { space: space.name })} onSubmit={create} onClose={onClose} />;
}

/** What a channel is for. */
export function TopicDialog({ channel, onSave, onClose }: { channel: DirectoryEntry; onSave: (topic: string) => string | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const save = (topic: string): string | null => {
    const refused = onSave(topic);
    if (refused === null) onClose();
    return refused;
  };
  return <FieldDialog title={t('channel.topicTitle', { channel: channel.title })} label={t('channel.topic')} act="act.save" initial={channel.topic} maxLength={CHANNEL_TOPIC_MAX} onSubmit={save} onClose={onClose} />;
}
