/**
 * Questions to the search with what a person wants to find by them, among all texts of the other sets. Which texts those are is told by a pattern; what it finds was read through, and what a pattern cannot tell is named in `not`.
 * Written after the order of the search was settled; nothing was settled by it.
 */
export interface Asked {
  readonly how: 'as it stands there' | 'spelled otherwise' | 'in a sentence';
  readonly text: string;
  readonly wants: RegExp;
  readonly not?: RegExp;
}

const of = (how: Asked['how'], list: readonly (readonly [text: string, wants: RegExp, not?: RegExp])[]): Asked[] => list.map(([text, wants, not]) => ({ how, text, wants, ...(not && { not }) }));

export const ASKED: readonly Asked[] = [
  ...of('as it stands there', [
    ['invoice', /invoice/i], ['silicone gaskets', /silicone.*gasket|gasket.*silicone/i], ['boat saturday', /boat.*Saturday|Saturday.*boat/i], ['calibration', /calibrat/i], ['ministry', /ministry/i], ['spare keys', /spare keys/i],
    ['budget', /budget/i], ['battery', /batter/i], ['open data', /data (?:stays |is )?open|open data/i], ['meeting', /meeting|meet(?:s)? (?:again|every|the)/i, /ministry in/],
    ['прокладки', /прокладк/i], ['счёт', /сч[её]т/i], ['датчик', /датчик/i], ['лодка в субботу', /лодк.*суббот|суббот.*лодк/i], ['запасные ключи', /запасные ключи/i], ['показания', /показани/i],
    ['министерство', /министерств/i], ['поставщик', /поставщик/i], ['карта', /карт[аеуыо]/i], ['разрешение', /разрешени/i],
  ]),
  ...of('spelled otherwise', [
    ['callibration', /calibrat/i], ['gasketing', /gasket/i], ['sillicone', /silicone/i], ['precalibrated', /calibrat/i], ['permitted boats', /permit.*boat|boat.*permit/i], ['invocie', /invoice/i],
    ['recalibrate', /calibrat/i], ['batteryless', /batter/i], ['unpaid invoicing', /invoice.*unpaid|unpaid.*invoice/i], ['suppliers-list', /supplier/i], ['photographs', /photos/i], ['telephone', /phone/i],
    ['калибратор', /калибр/i], ['прокладочный', /прокладк/i], ['датчиковый', /датчик/i], ['разрешительный', /разрешени/i], ['колибровка', /калибр/i], ['силеконовые', /силикон/i],
    ['министерский', /министерств/i], ['перекалибровка', /калибр/i], ['хостинговый', /хостинг/i], ['паставщик', /поставщик/i], ['лодочный', /лодк|лодок/i], ['батарейный', /батаре/i],
  ]),
  ...of('in a sentence', [
    ['which gasket is leaking', /gasket.*leak|leak.*gasket/i], ['how much do the seals cost', /seals cost|How much\?|Four euro/i], ['password for guests', /password/i], ['who took the boat on Saturday morning', /boat.*Saturday|Saturday.*boat/i], ['map does not work on phones', /map.*phone|phone.*map/i], ['when was the invoice paid', /invoice.*paid|paid.*invoice|sent the invoice/i],
    ['decision about the supplier', /second supplier|order silicone gaskets from/i], ['notes of the calibration of stations', /calibrat/i, /chapter|sensor was/], ['is the third station working', /third station/i], ['budget approved by the board', /budget for next year/i], ['water in the river is lower', /water is 20 cm lower/i], ['parcel with boxes arrived', /parcel/i],
    ['какая прокладка течёт', /прокладк.*теч|теку.*прокладк|прокладк.*текл/i], ['сколько стоят новые прокладки', /прокладки стоят|Почём|Четыре евро/i], ['пароль для гостей', /пароль/i, /Адрес/], ['кто взял лодку в субботу', /лодк.*суббот|суббот.*лодк/i], ['карта не работает на телефоне', /карт.*телефон|телефон.*карт/i], ['оплачен ли счёт за кабель', /сч[её]т.*оплач|оплатил сч[её]т|сч[её]т я уже/i],
    ['решение про поставщика', /второго поставщика|закажи у нового поставщика/i], ['калибровка третьей станции', /калибр/i, /главу|датчик/], ['работает ли третья станция', /третья станция/i], ['бюджет утвердили на год', /утвердило бюджет/i], ['вода в реке стала ниже', /вода на 20 см ниже/i], ['посылку уже принесли', /посылка/i],
  ]),
];
