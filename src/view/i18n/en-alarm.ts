/** English words of the alarm about changed connections and of the note about the clock; they come with them. */
export const enAlarm = {
  'alarm.direct': { one: "{n} direct connection was closed before anything was said: the two ends saw different connections.", other: "{n} direct connections were closed before anything was said: the two ends saw different connections." },
  'alarm.introduced': "Introduced by {servers}: who runs it, or the network on the way to it, can do this.",
  'alarm.relay': { one: "{n} connection over the relay was closed: what arrived was not what the other end had sent.", other: "{n} connections over the relay were closed: what arrived was not what the other end had sent." },
  'alarm.safe': "Nothing you wrote was read or changed on the way. It goes another way, or waits here.",
  'alarm.title': "Somebody changes connections on their way",
  'clock.ahead': "The clock here is {time} ahead of the others.",
  'clock.behind': "The clock here is {time} behind the others.",
  'clock.days': { one: "{n} day", other: "{n} days" },
  'clock.hours': { one: "{n} hour", other: "{n} hours" },
  'clock.minutes': { one: "{n} minute", other: "{n} minutes" },
  'clock.what': "Nothing is lost. Let the system set date, time and time zone by itself.",
} as const;
