import type { ChoiceWords } from './words.types.ts';

export const english: ChoiceWords = {
  title: 'Who may help you?',
  intro: ({ sender, place, names }) =>
    `${sender} in ${place} would like to put you in touch with somebody who can help you, and names ${names.length} practices. You choose who is asked, and in which order. Nothing is shared unless you agree.`,
  introDecided: ({ sender }) =>
    `${sender} named some practices to you. Here you can see how it stands, look at your copy of what you decided, and stop it.`,
  terms: ({ sender, place, purposes, atOnce, validUntil }) => [
    ['Who asks', `${sender}, ${place}`],
    ['What for', purposes.join('; ')],
    [
      'When',
      atOnce
        ? 'Each practice sees your details as soon as it is asked.'
        : 'Whoever is asked sees who you are only after they have said that they can help you.',
    ],
    ['Until when', `Your permission ends by itself on ${validUntil}.`],
  ],
  statements: ({ sender, operator, part2 }) => [
    'Your choice is free. Services that you get do not depend on it, whether you agree or not.',
    'One practice is asked at a time, in your order. If it says no, or does not answer in time, the next one that you chose is asked, without asking you again. Whoever you leave out is not asked.',
    'Each practice knows only of itself: it is not told whom else you chose.',
    `${sender} sees whom you chose, who is asked and who has said no, and can take it all back.`,
    `You may choose somebody else: ask ${sender} for other names, or look for help yourself.`,
    `${sender} and each of these practices refer clients to each other. Nothing is paid for it.`,
    'You can look how it stands, stop it and take your permission back at any time, at this same address. From then on nothing more is shared; what was shared before cannot be called back.',
    'What a practice receives might be passed on by them and may then no longer be protected by the same rules.',
    ...(part2
      ? [
          'Your record (or information contained in it) may be redisclosed in accordance with the permissions contained in the HIPAA regulations, except for uses and disclosures for civil, criminal, administrative, and legislative proceedings against you.',
          '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
        ]
      : []),
    `${operator.name} runs the exchange between them. It passes on what you allow, and keeps the record of it.`,
    'You can keep a copy: it appears on this page as soon as you have agreed.',
  ],
  whom: 'Who may be asked?',
  whomHint:
    'Say who is asked first. If you like, say who is asked next if they cannot help you. Whoever you leave out learns nothing of you.',
  who: 'Who works there',
  newClients: 'New clients',
  capacity: {
    accepting: (day) => `takes new clients (said on ${day})`,
    waitlist: (day) => `has a waiting list (said on ${day})`,
    not_accepting: (day) => `takes no new clients now (said on ${day})`,
    assessment_required: (day) => `takes new clients after a first assessment (said on ${day})`,
  },
  receives: 'What they would receive',
  receivesWhat: (always, ticked) => `${always}${ticked === '' ? '' : `. If you tick it below: ${ticked}`}`,
  ask: (name) => `Ask ${name}?`,
  leaveOut: 'No, do not ask them',
  ranks: ['Yes, first', 'Yes, second', 'Yes, third', 'Yes, fourth', 'Yes, fifth'],
  feedbackHeading: ({ sender }) => `May whoever takes you on tell ${sender} how it went?`,
  denyHeading: 'You want none of them?',
  denyButton: 'I choose none',
  denyAsk: ({ sender }) =>
    `Are you sure? ${sender} is told that you chose none, and nothing else. This page cannot change it back.`,
  denySure: 'Yes, none of them',
  errors: {
    none: 'Choose at least one practice that may be asked',
    twice: 'Two practices have this place. Give each a place of its own',
  },
  state: {
    chosen: 'You have chosen',
    exhausted: 'Nobody is asked any more',
    refused: 'You chose none',
  },
  refused: ({ sender }) => [
    `Nothing was shared. ${sender} is told that you chose none, and nothing else.`,
    `If you change your mind, or want somebody else, tell ${sender}.`,
  ],
  exhausted: ({ sender }) => [
    `None of those that you chose can take you on at the moment. You can ask ${sender} for other names.`,
  ],
  withdrawn: ({ sender }) => [
    `${sender} has taken this back. Nothing more is shared. You can ask ${sender} for somebody else.`,
  ],
  expired: ({ sender }) => [`The time for this is over. You can ask ${sender} for somebody else.`],
  nextIs: (name) => `If they cannot help, or nobody answers in time, ${name} is asked.`,
  wayHeading: 'The order that you chose',
  standing: {
    offered: 'waits for your choice',
    not_named: 'not chosen',
    in_line: 'is asked if nobody before them can help',
    asked: 'is asked now',
    taken_on: 'said that they can help you',
    declined: 'cannot take you on',
    unanswered: 'did not answer in time',
    not_asked: 'was not asked, and learned nothing of you',
    ended: 'was asked; this has ended',
  },
  inReserve: 'is not asked, unless the answer is taken back within three days',
  notNamed: (names) => `You did not choose: ${names}. They were not asked.`,
  stopHeading: 'Changed your mind?',
  stopText:
    'Stop it and take your permission back: from that moment on nobody else is asked, and nothing more is shared.',
  stopButton: 'Stop it and take my permission back',
  stopAsk:
    'Are you sure? Whoever was asked will see nothing more of your details here, and this page cannot change it back.',
  stopSure: 'Yes, stop it',
  stopped: (time) =>
    `You stopped this and took your permission back on ${time}. Since then nobody else is asked, and nothing more is shared. What was shared before cannot be called back.`,
  deletionText: ({ sender, operator }) =>
    `If you want your details deleted, ask ${sender}, who can have them deleted here, and whoever has received them. If nobody helps you, write to ${operator.name}:`,
  sharedWith: 'May be shared with',
  unavailable: ({ sender }) =>
    `None of those that you chose can be asked at the moment. Nothing was shared. Please ask ${sender}.`,
};
