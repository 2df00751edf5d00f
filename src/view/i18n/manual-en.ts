/** The manual, en: a page whose headings become the modules and lessons of a course, and whose definitions its questions. Addresses that begin with `#/personal/` lead into the Personal space of who reads it. */
export const MANUAL_EN = `
# LifeGraph manual

## First steps

### Spaces

Everything you do lies in a space. The switcher at the top of the rail leads from one to another.

**Space** – people, the keys they share, and all that they make together.

**Personal space** – is there from the start, and only your own devices have it.

**Team** – a space that others come into by an invitation.

**Guild** – a community: people ask to be let in, and most only read at first.

### Joining

Open the link you were given, write your name, and you are inside: what is written there comes from whoever is online. Where people let in by hand you wait until somebody does, and are told. With a link in your clipboard choose “I have an invite link” at the start.

**Invite link** – carries the key of the space, without which nobody can let you in, no server either.

**Request** – what you made by coming where people let in by hand. It waits for their answer, also while you are away.

[Open Access](#/personal/access)

### Where your work is

There is no server that holds your work. Each browser that is open keeps the spaces it is in, encrypted, and gives to the others what they lack.

**Saved here** – it is written down on this device, and others are about to confirm it.

**On 3 devices** – so many different devices say that they hold it, yours among them; two tabs of one browser are one.

**Only on this device** – nobody else holds it yet: add a device, a beacon or a backup.

Press the words of the state in the head of any page to see where it is.

### Lenses

The rail lists the lenses. They show the same things in different ways, and a thing that is changed in one has changed in all of them.

**Hub** – what concerns you in all spaces, in one list that is worked off.

**Chat** – topics of a space, as channels with threads.

**Messenger** – conversations and rooms of people, with calls.

**Documents** – pages that several people write at once.

**Goals** – tasks as a list, a board, a timeline and a tree.

**Learn** – courses, questions and cards.

**Access** – who is in a space, and what they may do.

## Working

### Chat

A channel is a topic of the space. “Open thread” on a message holds the answers to it, so that they do not fill the channel. Files and voice messages are added beside the field you write in. What you began to write is still there when you come back.

**Thread** – the answers to one message, beside it.

**Pin** – keeps a message where everyone in the channel finds it.

[Open Chat](#/personal/chat)

### Messenger

A conversation with one person and a room for invited people are spaces of their own: nobody else sees them. A room for everybody in a space is seen by all of it. “Call” stands in the head of each.

**Room** – people who write and call together, invited or of one space.

**Call** – sound and picture go only to the people in it, encrypted from end to end, and nothing is recorded.

**Check the four words** – read them to each other: the same words on both screens mean that nobody stands between you.

[Open Messenger](#/personal/messenger)

### Documents

Type / at the beginning of a line for everything a page can hold, [[ to link another thing, @ to speak to somebody. Several people write in one page at the same time, and also while they are offline: their words meet without loss.

**Suggestion** – a change that its author does not make at once: others take it or not.

**Version** – the state of a page under a name; two of them can be compared.

**Outline** – the headings of a page, in the panel beside it.

[Open Documents](#/personal/documents)

### Goals

One set of tasks is shown as a list, a board, a calendar, a timeline and more. Add a task in one line: a day, a person behind @ and a priority behind ! are found in it. Choose words in a page, or a message, and press “Make task”. A day in the words becomes the day it is due. A task or a goal says in its details which event or milestone it is for; that lists what is to be done for it.

**Assignee** – the person who does it; they find it in their Hub.

**Critical path** – the tasks that move the end of a plan when they take longer.

**Slack** – how long a task may wait before anything else has to.

[Open Goals](#/personal/goals)

### The Hub

Its Inbox holds what somebody wants of you, each with the reason it is there. Press e when it is done, b to put it off, s to save it.

**Done** – it leaves the Inbox, on all your devices.

**Snooze** – it comes back at the time you choose.

**Follow** – to hear of everything that happens in a place.

[Open the Hub](#/personal/hub)

### Finding

Press Ctrl+K anywhere and type two letters. The page Search finds words in messages, pages and tasks, also in other forms of them, and leads to the very place.

**Palette** – one field to go somewhere, to do something and to find.

**Filter** – a word that narrows a search, as type:task.

[Open Search](#/personal/search)

## Together

### Inviting

Press “Share” in a page or open Access. The link carries the key, so give it only to who should come in. You can say how long it holds and how many may use it, and take it back.

**Invitation** – a link or a code that lets somebody into a space.

**Public link** – an address that opens one page or channel for reading, to whoever has it.

### Roles

**Owner** – may do everything, also hand the space over.

**Admin** – lets people in and out.

**Member** – reads and writes.

**Guest** – reads, and writes only where the rules say so.

Every device judges by itself what somebody was allowed to do. Nobody can grant themselves more.

[Open Access](#/personal/access)

### Removing somebody

They keep what they have already read, and get nothing new: the key of the space is changed with the removal. What they wrote stays.

**Journal** – the list of all acts on people and rules, with who did them.

## Keeping it

### Without a network

Everything works without a network. What you write waits, and goes out when somebody is there. Where two people changed one thing, fields and words of both are kept.

**Waiting to send** – there is no way to anybody now; nothing is lost.

**Catching up** – others wrote meanwhile, and it is on its way.

[Open Network](#/personal/settings/network)

### Your devices

“Settings” leads to “Me and devices”. “Pair a device” shows a code; both screens then show the same four words, and you press “Yes, the same” on both.

**Pairing** – makes another browser one of your own devices.

**Four words** – are the same on both screens when nobody stands between them.

[Open Me and devices](#/personal/settings/me)

### Recovery

Your key lies in this browser. If its data is cleared and nothing else holds your key, nobody can bring it back.

**Recovery phrase** – twenty-four words that open your identity on a new device.

**Key file** – the same in a file, behind a passphrase.

**Drill** – a try whether you could come back, without changing anything.

[Open Recovery](#/personal/settings/recovery)

### Backups and beacons

**Backup** – one encrypted file with all your spaces, which is restored and compared before you get it.

**Beacon** – a computer that is always on and keeps what it cannot read.

A beacon signs what it holds, and your devices compare: one that lies or loses something is told on every screen.

### Sharing compute

Long work, as a forecast of a plan, can be shared among devices of your spaces. Nothing is until you turn it on: “Settings”, “Compute and models”. You choose the share of the processor, only on mains power, and the hours. While it works the screen says “Helping”, with “Stop”.

**Helping** – this device computes for people of your spaces. It sees what it works on, and keeps nothing of it.

**Checked answer** – what the device of somebody else said counts once the device was tested, or others said the same.

[Open Compute and models](#/personal/settings/compute)

## Learning

### Courses

A lesson is a document. Who writes a course says what comes first; a step that is locked says what it waits for. What you did is kept in your Personal space, where nobody else sees it.

**Module** – a part of a course, with lessons of its own.

**Assignment** – is done with a real task in Goals.

**Continue** – opens the step where you stopped.

**Certificate** – your signed word that you did the whole course, which who writes it can confirm. Saved as a file, anybody can check it, also without a network.

[Open Learn](#/personal/learn)

### Cards

Choose words in a page and press Ctrl+Alt+J. A card comes again when you are about to forget it. Press Space to turn it and 1 to 4 for how well you knew it.

**Deck** – cards that belong together; decks of Anki come in and go out.

**Forecast** – how many cards come on which day.

[Open my cards](#/personal/learn/cards)
`;
