/** New channel: one field. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { CHANNEL, channelTitle } from '#domain/chat';
import { CHANNEL_TITLE_MAX, CHANNEL_TOPIC_MAX, type DirectoryEntry } from '#domain/shared';
import { Button, Field } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { navigate } from '#view/kit/router.tsx';
import { refusalWord } from './commands.ts';
import { useChannels } from './use-channels.ts';

/** The dialog; opens the channel when it is there. */
export function CreateChannel({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const { channels } = useChannels(space.id);
  const [title, setTitle] = useState('');
  const [error, setError] = useState<string | null>(null);
  const create = async (): Promise<void> => {
    const made = channelTitle(title, channels);
    if (!made.ok) return setError(t(refusalWord(made.error)));
    try {
      const fragment = await api.graph(space.id).createFragment({ type: CHANNEL, title: made.value });
      onClose();
      navigate({ space: space.id, lens: 'chat', object: fragment });
    } catch (caught) {
      setError(errorText(t, caught, 'chat.failed'));
    }
  };
  return (
    <Dialog title={t('channel.new')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label={t('channel.name')} value={title} maxLength={CHANNEL_TITLE_MAX} autoFocus autoComplete="off" error={error} onChange={(event) => (setTitle(event.target.value), setError(null))} />
        <p className="small muted field-note">{t('channel.who', { space: space.name })}</p>
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button kind="primary" type="submit">
            {t('act.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What a channel is for. */
export function TopicDialog({ channel, onSave, onClose }: { channel: DirectoryEntry; onSave: (topic: string) => string | null; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [topic, setTopic] = useState(channel.topic);
  const [error, setError] = useState<string | null>(null);
  return (
    <Dialog title={t('channel.topicTitle', { channel: channel.title })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const refused = onSave(topic);
          setError(refused);
          if (refused === null) onClose();
        }}
      >
        <Field label={t('channel.topic')} value={topic} maxLength={CHANNEL_TOPIC_MAX} autoFocus autoComplete="off" error={error} onChange={(event) => setTopic(event.target.value)} />
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button kind="primary" type="submit">
            {t('act.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
