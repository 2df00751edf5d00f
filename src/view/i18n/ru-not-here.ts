/** Russian words for what an address names and is not here. */
import type { enNotHere } from './en-not-here.ts';
import type { Words } from './types.ts';

export const ruNotHere: Words<typeof enNotHere> = {
  'notHere.absent': "Ни у кого из доступных сейчас этого нет. Может вернуться вместе с устройством, которое не на связи.",
  'notHere.address': "Адрес",
  'notHere.looking': "Спрошены ещё не все, у кого это может быть.",
  'notHere.safe': "Ваша работа сохранена здесь.",
  'notHere.tried': "Спрошено",
  'where.asked': { one: "{n} устройство", few: "{n} устройства", many: "{n} устройств", other: "{n} устройства" },
  'where.nobody': "сейчас никто не доступен",
};
