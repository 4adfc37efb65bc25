import type { Words } from './words.types.ts';

export const english: Words = {
  title: 'Share your details?',
  intro: ({ sender, receiver, parties }) =>
    `${sender} in ${parties.sender.place} would like to put you in touch with ${receiver} in ${parties.receiver.place}. Nothing is shared unless you agree.`,
  introDecided: ({ sender, receiver }) =>
    `${sender} put you in touch with ${receiver}. Here you can see your copy of what you decided, and take a permission back.`,
  crisis: 'In a crisis?',
  crisisCall: ['Do not wait for an answer here: call ', ' or text ', ', day or night.'],
  crisis988: 'It is free. In immediate danger call 911.',
  runBy: ({ name, address }) => `This page is run by ${[name, address].filter(Boolean).join(', ')}. Email:`,
  roles: 'Who does what with your details',
  nameHeading: 'First, please confirm that it is you',
  nameHint: 'So that nobody else who comes by this link sees your details.',
  nameLabel: 'Your last name',
  nameButton: 'Continue',
  nameWrong: 'That is not the last name we were given.',
  triesLeft: (left) => `You have ${left} ${left === 1 ? 'try' : 'tries'} left.`,
  lockedTitle: 'Please try again later',
  locked: (wait, time) =>
    `The last name was wrong too often, so this link is locked for a while. You can try again in ${wait} (${time}). Nothing about you was shown.`,
  lockedAsk: ({ sender }) => `If you do not want to wait, ask ${sender} for a new link.`,
  lockedRevoke: ({ sender }) =>
    `If you want to take your permission back sooner, tell ${sender}: it can end this for you at once.`,
  invalidTitle: 'This link does not work',
  invalid:
    'It may be incomplete, too old, or replaced by a newer one. Please ask the practice that sent it to you for a new link. Nothing was shared by opening this page.',
  credential: ({ person, profession, kind, title, issuer, place, until, insuredUntil }) => {
    const by = [title, issuer].filter(Boolean).join(', ');
    const held = {
      licence: `licensed in ${place} (${by})`,
      certification: `certified (${by})`,
      membership: `member of ${issuer}`,
    }[kind];
    const insured = insuredUntil === null ? '' : `; insured against malpractice through ${insuredUntil}`;
    return `${person}, ${profession}: ${held}, valid through ${until}${insured}`;
  },
  checked: {
    at_the_source: (operator) => `${operator} confirmed this with those who issued it.`,
    in_a_list: (operator) => `${operator} found this in the list of those who issued it.`,
    either: (operator) => `${operator} checked this with those who issued it, or in their list.`,
  },
  terms: (facts) => [
    ['Who asks', `${facts.sender}, ${facts.parties.sender.place}`],
    ['Who receives', `${facts.receiver}, ${facts.parties.receiver.place}`],
    ...(facts.credentials.length > 0
      ? [
          [
            'Who works there',
            `${facts.credentials.join('. ')}. ${english.checked[facts.checked](facts.operator.name)}`,
          ] as const,
        ]
      : []),
    ['What for', facts.purposes.join('; ')],
    [
      'When',
      facts.atOnce
        ? 'They see your details as soon as you agree.'
        : 'They see who you are only after they have said that they can help you.',
    ],
    ['Until when', `Your permission ends by itself on ${facts.validUntil}.`],
  ],
  statements: ({ sender, receiver, operator, part2 }) => [
    'Your choice is free. Services that you get do not depend on it, whether you agree or not.',
    `You may choose somebody else: ask ${sender} for other names, or look for help yourself.`,
    `${sender} and ${receiver} refer clients to each other. Nothing is paid for it.`,
    'You can take your permission back at any time, at this same address. From then on nothing more is shared; what was shared before cannot be called back.',
    `What ${receiver} receives might be passed on by them and may then no longer be protected by the same rules.`,
    ...(part2
      ? [
          'Your record (or information contained in it) may be redisclosed in accordance with the permissions contained in the HIPAA regulations, except for uses and disclosures for civil, criminal, administrative, and legislative proceedings against you.',
          '42 CFR part 2 prohibits unauthorized use or disclosure of these records.',
        ]
      : []),
    `${operator.name} runs the exchange between the two. It passes on what you allow, and keeps the record of it.`,
    'You can keep a copy: it appears on this page as soon as you have agreed.',
  ],
  singleOption: {
    only_one_suitable: ({ sender }) =>
      `${sender} names one practice because they know no other that offers this.`,
    only_one_nearby: ({ sender }) => `${sender} names one practice because they know no other near you.`,
    only_one_available: ({ sender }) =>
      `${sender} names one practice because they know no other that takes new clients now.`,
    client_request: ({ sender }) => `${sender} names this practice because you asked for it.`,
  },
  contactsHeading: 'Questions? You can reach them here',
  contactsNone: 'no phone or email given',
  categories: {
    identity: 'Your name',
    contact: 'How to reach you',
    reason: 'Why you look for help',
    background: 'Your background',
    notes: 'Notes',
    documents: 'Documents',
    intake: 'Your answers to their questions',
    messages: 'What was written about you',
    plan: 'The plan for you',
  },
  reachBy: { email: 'by email', phone: 'by phone', text: 'by text message' },
  alwaysShared: 'always needed to put you in touch',
  chooseHeading: 'What may be shared?',
  chooseHint: 'Check what you want to be shared. Leave the rest unchecked.',
  feedbackHeading: ({ sender, receiver }) => `May ${receiver} tell ${sender} how it went?`,
  feedbackHint:
    'For example, whether you became a client there. This is a question of its own: you are put in touch either way.',
  feedbackYes: 'Yes, they may tell',
  feedbackNo: 'No, keep it between us',
  signHeading: 'Sign',
  signLabel: 'Type your full name',
  signTick: 'I have read this and I agree',
  representativeLabel: 'If you sign for somebody else: on what authority?',
  representativeHint: 'For example, parent or legal guardian. Leave it empty if you sign for yourself.',
  grantButton: 'I agree',
  denyHeading: 'You do not want this?',
  denyText: 'Then nothing is shared, and there is nothing else to do.',
  denyButton: 'I do not agree',
  denyAsk: ({ sender }) =>
    `Are you sure? ${sender} is told that you did not agree, and nothing else. This page cannot change it back.`,
  denySure: 'Yes, I do not agree',
  errors: {
    feedback: 'Choose yes or no: may they tell how it went?',
    signature: 'Type your full name to sign',
    authority: 'Say in plain words, of at most 200 characters, on what authority you sign',
    tick: 'Check the box to say that you agree',
    changed: 'This page had changed since you opened it. Please read it again',
  },
  state: {
    active: 'You have agreed',
    expired: 'Your permission has ended',
    revoked: 'You have taken your permission back',
    denied: 'You did not agree',
    ended: 'This has ended',
  },
  nextHeading: 'What happens now',
  next: ({ sender, receiver, atOnce }, { state, time }) => {
    const ask = `You can ask ${sender} for somebody else.`;
    const answers: Record<string, string[]> = {
      sent: [
        `${receiver} is asked whether they can help you. They have until ${time} to answer.`,
        atOnce
          ? 'They have your details and may get in touch with you.'
          : 'When they say yes, they see who you are and get in touch with you.',
        `If they cannot help, or nobody answers in time, ${sender} is told and can look for somebody else with you.`,
        `If you have heard from nobody by then, ask ${sender}.`,
      ],
      needs_info: [
        `${receiver} has asked ${sender} a question before they decide.`,
        `If you hear from nobody for a week, ask ${sender}.`,
      ],
      accepted: [
        `${receiver} said on ${time} that they can help you. They will get in touch with you.`,
        `If you hear from nobody for a week, get in touch with them, or ask ${sender}.`,
      ],
      waitlisted: [
        `${receiver} has put you on their waiting list. They will get in touch when it is your turn.`,
        `If that takes too long for you, ask ${sender} for somebody else.`,
      ],
      declined: [`${receiver} cannot take you on at the moment. ${ask}`],
      expired: [`${receiver} did not answer in time. ${ask}`],
      withdrawn: [`${sender} has taken this back. Nothing more is shared. ${ask}`],
    };
    return answers[state] ?? [];
  },
  revokedText: (time) =>
    `You took your permission back on ${time}. Since then nothing more is shared. What was shared before cannot be called back.`,
  deletionText: ({ sender, receiver, operator }) =>
    `If you want your details deleted, ask ${sender}, who can have them deleted here, and ${receiver}, if they have received them. If nobody helps you, write to ${operator.name}:`,
  receiptHeading: 'Your copy',
  receipt: {
    id: 'Number',
    given: 'Given on',
    until: 'Ends on',
    revoked: 'Taken back on',
    from: 'Shared by',
    to: 'Shared with',
    purposes: 'What for',
    shared: 'What is shared',
    feedback: 'May they tell how it went',
    signedBy: 'Signed by',
    hash: 'Fingerprint of the text you read (SHA-256)',
    json: 'The same for machines (JSON)',
    print: 'You can print this page or save it as a file.',
  },
  proofHeading: 'For the record',
  yes: 'Yes',
  no: 'No',
  disclosuresHeading: 'Who has looked',
  disclosuresNone: 'Nobody has received your details so far.',
  disclosuresUntil: ({ receiver }, time) =>
    `This list ends on ${time}, when ${receiver} said that they can help you.`,
  disclosuresRest: ({ sender, receiver }) =>
    `Any later look is recorded too, but not shown here: ${sender} has this link and knows your name, so they could open this page, and how things go stays between you and ${receiver}. If you want to see the whole list, ask ${receiver}.`,
  disclosuresNoneUntil: 'Until then nobody had received your details.',
  ways: { api: 'in its software', webhook: 'sent to its software', page: 'on our page' },
  revokeHeading: 'Changed your mind?',
  revokeText: 'Take your permission back: from that moment on nothing more is shared.',
  revokeButton: 'Take my permission back',
  revokeAsk: ({ receiver }) =>
    `Are you sure? ${receiver} will see nothing more of your details here, and this page cannot change it back.`,
  revokeSure: 'Yes, take it back',
  deniedText: ({ sender }) => [
    `Nothing was shared. ${sender} is told that you did not agree, and nothing else.`,
    `If you change your mind, or want somebody else, tell ${sender}.`,
  ],
  showText: 'The text you agreed to',
  unavailable: ({ sender }) =>
    `This is not possible at the moment. Nothing was shared. Please ask ${sender}.`,
};
