/** English words about things that were moved, and about what was written before somebody came; they come where one of them is shown. A space between number and unit is a no-break space. */
export const enMoved = {
  'before.acts': "What was done before {time}, when you came, is not open to you: the rule of this space.",
  'before.here': "What was written here before {time}, when you came, is not open to you: the rule of this space.",
  'before.hereComing': "What was written here before {time}, when you came, was opened to you. What is still missing comes when somebody who has it is here.",
  'before.page': "It was written before {time}, when you came, and is not open to you: the rule of this space. An owner may open it to you, and whoever can read it may give you a copy; pages that are made from now on you can read.",
  'before.pageComing': "It was written before {time}, when you came, and an owner opened it to you. It shows as soon as somebody who has it is here.",
  'before.pageTitle': "A page from before you came",
  'before.search': "Of {names} you find what was written since you came.",
  'chat.carried': "carried over",
  'chat.carriedBy': "carried over by {name}",
  'chat.carriedHint': "Whose words these are, and when they were said, is what the person who carried them over says. The place they come from is not on this device.",
  'chat.moveOutNote': "The new channel can be opened to others alone. In #{channel} a line says where it is; links go on working, and what is still written in the old place follows. Who can open #{channel} only sees it no longer; what they have read stays read.",
  'chat.moveOutTitle': "A channel of its own",
  'chat.moveOutWhat': { one: "This message goes with its answer.", other: "This message goes with its {n} answers." },
  'chat.movedOut': "Moved to #{channel}",
  'chat.movedTo': "Moved to",
};
