/** Russian words about muting and blocking. */
import type { enQuiet } from './en-quiet.ts';
import type { Words } from './types.ts';

export const ruQuiet: Words<typeof enQuiet> = {
  'quiet.block': "Заблокировать",
  'quiet.blockDone': "{name}: заблокировано для вас. Человек об этом не узнает.",
  'quiet.blockName': "Заблокировать: {name}",
  'quiet.blockText': "Всё, что этот человек пишет, сворачивается в одну строку во всех пространствах; вы не видите, что он здесь или пишет. Он об этом не узнает, остальные видят его как прежде. Кто решает о людях, по-прежнему видит его в «Доступе».",
  'quiet.channelName': "Заглушить #{name}",
  'quiet.channelText': "Ни счётчиков, ни уведомлений из этого канала. Читать и писать в нём можно как прежде.",
  'quiet.kindBlock': "Заблокирован",
  'quiet.kindChannel': "Канал",
  'quiet.kindPerson': "Человек",
  'quiet.kindThread': "Ветка",
  'quiet.list': "Заглушённые и заблокированные",
  'quiet.listNote': "Это только ваше: переходит на ваши устройства, и больше никто об этом не узнает.",
  'quiet.muteAct': "Заглушить",
  'quiet.muteDone': "{name}: заглушено для вас.",
  'quiet.none': "Ничего не заглушено, никто не заблокирован.",
  'quiet.noneText': "Заглушить человека, ветку или канал, а также заблокировать кого-то можно в меню сообщения или канала.",
  'quiet.off': "{name}: снова слышно.",
  'quiet.personName': "Заглушить: {name}",
  'quiet.personText': "Ни счётчиков, ни уведомлений о том, что этот человек пишет, во всех пространствах. Вы по-прежнему это видите. Он об этом не узнает.",
  'quiet.threadName': "Заглушить эту ветку",
  'quiet.threadText': "Ни счётчиков, ни уведомлений об ответах в ней.",
  'quiet.title': "Заглушить или заблокировать",
  'quiet.titleMute': "Заглушить",
  'quiet.unblock': "Разблокировать",
  'quiet.unmute': "Снова слышать",
};
