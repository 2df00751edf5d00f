/** Messages with what they are, written for this project: of every two the first was looked at while the rules were made, the second was not (scripts/lib/mind-quality.ts). One a line, mixed English and Russian. */
import type { MessageKind } from '#domain/mind/text';

const TASK = `
Please send the invoice to the supplier by Friday.
Can you check whether the pump at station four still runs?
We need to order twenty more seals before the river rises.
I'll call Davit tomorrow and ask about the boat.
Don't forget to renew the permit for the bridge site.
To do: replace the battery of the third logger
Someone has to water the plants while Noor is away.
Could somebody translate the leaflet into Armenian?
Order forty metres of cable.
Let's write down the serial numbers of all the boxes.
Anna, review the chapter about calibration until Tuesday.
The report must be signed before it goes to the ministry.
Make sure the doors are locked when you leave.
I will fix the broken link on the site tonight.
- [ ] book the hall for the 3 June meeting
Would you mind bringing the spare keys on Monday?
You should back up the readings before the update.
Remind me to pay the hosting bill.
The grant application still has to be submitted.
Action: Boris prepares the slides.
Пожалуйста, отправьте акт до пятницы.
Надо заказать новые прокладки для всех датчиков.
Можешь проверить, работает ли насос на четвёртой станции?
Завтра позвоню Давиту и спрошу про лодку.
Не забудь продлить разрешение на мост.
Купи батарейки для третьего логгера.
Нужно перевести листовку на армянский.
Анна, посмотри главу о калибровке до вторника.
Кто-нибудь может забрать ключи у сторожа?
Отчёт необходимо подписать до понедельника.
Задача: собрать серийные номера всех коробок
Я подготовлю слайды к совещанию.
Давайте составим список вопросов к поставщику.
Сделай, пожалуйста, копию показаний перед обновлением.
Осталось оплатить хостинг за июнь.
Закажите зал на 3 июня.
Пришли мне фотографии второй станции.
Нам следует договориться с лесничеством о проезде.
Я починю ссылку на сайте сегодня вечером.
Проверьте, закрыты ли двери.
`;
const QUESTION = `
When does the boat leave tomorrow?
What is the password of the guest network?
Is the third station still under water?
How many boxes fit into the van?
Does anyone know who has the spare keys?
Why did the readings jump on Sunday?
Should we order the seals now or wait for the new budget?
Which of the two suppliers is cheaper?
Any news from the ministry?
I wonder whether the sensor was calibrated at all.
Who is coming on Saturday?
Where can I find the old maps?
Did you see the letter from the bank?
Are there any gloves left in the store?
So what happens if the river freezes?
Not sure if we are allowed to camp there.
How long does the battery last?
Was the meeting moved?
Whose bag is this in the hall?
Has the parcel arrived yet?
Когда завтра отходит лодка?
Какой пароль у гостевой сети?
Третья станция всё ещё под водой?
Сколько коробок помещается в машину?
Кто-нибудь знает, у кого запасные ключи?
Почему показания прыгнули в воскресенье?
Стоит ли заказывать прокладки сейчас или подождать бюджета?
Какой из двух поставщиков дешевле?
Есть новости из министерства?
Интересно, калибровали ли датчик вообще.
Кто придёт в субботу?
Где найти старые карты?
Ты видел письмо из банка?
Остались ли на складе перчатки?
А что будет, если река замёрзнет?
Не знаю, можно ли там ставить палатки.
На сколько хватает батареи?
Совещание перенесли?
Чья это сумка в коридоре?
Посылка уже пришла?
`;
const DECISION = `
We decided to use silicone gaskets for all stations.
Agreed: the meeting moves to Thursday.
Let's go with the second supplier.
The board approved the budget for next year.
Decision: no boats on the river below zero degrees.
We'll stick with the old logger firmware until autumn.
It was agreed that Anna speaks to the press.
OK then, we are postponing the launch to September.
The team voted for the blue logo.
We chose the northern route because the road is better.
Everyone agreed to meet every second Monday.
Final decision is to keep the old name.
We're going with paper forms this year.
The proposal of Boris was rejected.
So it is settled, the workshop stays in Gyumri.
We have concluded that station five is closed for good.
Let's drop the second sensor from the plan.
All agreed that the data stays open.
Go ahead with the cheaper cable.
The plan is to open three stations in May.
Решили ставить силиконовые прокладки на всех станциях.
Договорились: совещание в четверг.
Берём второго поставщика.
Правление утвердило бюджет на следующий год: утверждено единогласно.
Решение: на лодке ниже нуля не выходим.
Остаёмся на старой прошивке до осени.
Договорились, что с прессой говорит Анна.
Переносим запуск на сентябрь.
Команда проголосовала за синий логотип, проголосовали все.
Выбрали северный маршрут, там дорога лучше.
Будем встречаться каждый второй понедельник.
Окончательно: название не меняем.
В этом году будем использовать бумажные бланки.
Предложение Бориса отклонили.
Итак, решено, семинар проводим в Гюмри.
Пришли к выводу, что пятую станцию закрываем насовсем.
Отказываемся от второго датчика.
Все согласовали, данные остаются открытыми.
Оставляем дешёвый кабель.
План утверждён: в мае открываем три станции.
`;
const INFO = `
The third station is online again.
I was at the river this morning, the water is 20 cm lower.
Thanks, the photos are great!
Here are the readings of last week.
I have already sent the invoice.
The van broke down near Ashtarak.
Noor is on holiday until the tenth.
The new cable is 2 mm thinner than the old one.
Good morning everyone.
The parcel came yesterday, everything was inside.
It rained all night.
Boris fixed the link, it works now.
The password is on the board in the hall.
This is the map I mentioned.
The seals cost 40 euro, shipping included.
Station two measured 3.4 m at noon.
Sorry for the late answer, I was in the mountains.
The ministry has a new phone number.
Lunch was good today.
My phone number changed, the old one is dead.
Третья станция снова в сети.
Утром был на реке, вода на 20 см ниже.
Спасибо, фотографии отличные!
Вот показания за прошлую неделю.
Счёт я уже отправил.
Машина сломалась под Аштараком.
Нур в отпуске до десятого.
Новый кабель на 2 мм тоньше старого.
Всем доброе утро.
Посылка пришла вчера, всё на месте.
Всю ночь шёл дождь.
Борис починил ссылку, теперь работает.
Пароль висит на доске в коридоре.
Это та карта, о которой я говорил.
Прокладки стоят 40 евро вместе с доставкой.
Вторая станция показала 3,4 м в полдень.
Простите за поздний ответ, был в горах.
У министерства новый телефон.
Обед сегодня был хороший.
У меня сменился номер, старый не работает.
`;

const of = (kind: MessageKind, lines: string): { kind: MessageKind; text: string }[] => lines.trim().split('\n').map((text) => ({ kind, text }));

export const MESSAGES: readonly { readonly kind: MessageKind; readonly text: string }[] = [...of('task', TASK), ...of('question', QUESTION), ...of('decision', DECISION), ...of('info', INFO)];
