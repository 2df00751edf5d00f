/** English words of notices of the system; they come when one is shown, and with their settings. */
export const enNotices = {
  'notices.bare': "New in the Inbox",
  'notices.blocked': "Your browser shows no notices of this page. Allow them in its settings, then look here again.",
  'notices.closed': "There is no push server, so nothing comes while the app is closed. What came meanwhile waits in the Inbox.",
  'notices.from': "From",
  'notices.hour': "{n}:00",
  'notices.more': { one: "{n} new entry in the Inbox", other: "{n} new entries in the Inbox" },
  'notices.none': "This browser shows no notices.",
  'notices.quiet': "Quiet hours",
  'notices.quietNote': "No notices then; the Inbox fills as always. By the clock of this device.",
  'notices.reminder': "A reminder",
  'notices.switch': "Notices on this device",
  'notices.switchNote': "When something new concerns you and you look elsewhere. Shows who and the first line, also on a locked screen.",
  'notices.to': "To",
} as const;
