/** Gives the catalogue the words of threads, pinned messages and the dialogs of a channel. */
import { enTalk } from '#view/i18n/en-talk.ts';
import { ruTalk } from '#view/i18n/ru-talk.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enTalk, ru: ruTalk });
