import type { Words } from './words.types.ts';

export const english: Words = {
  title: 'Share your details?',
  intro: ({ sender, senderCity, receiver, receiverCity }) =>
    `${sender} in ${senderCity} would like to introduce you to ${receiver} in ${receiverCity}. Nothing is shared unless you agree.`,
  introDecided: ({ sender, receiver }) =>
    `This page is about your introduction to ${receiver} by ${sender}. Here you can see your copy and take a permission back.`,
  nameHeading: 'First, please confirm that it is you',
  nameHint: 'So that nobody else who comes by this link sees your details.',
  nameLabel: 'Your last name',
  nameButton: 'Continue',
  nameWrong: (left) =>
    `That is not the last name we were given. You have ${left} ${left === 1 ? 'try' : 'tries'} left.`,
  lockedTitle: 'Please try again later',
  locked: (wait, time) =>
    `The last name was wrong too often, so this link is locked for a while. You can try again in ${wait} (${time}). Nothing about you was shown.`,
  lockedAsk: ({ sender }) => `If you do not want to wait, ask ${sender} for a new link.`,
  lockedRevoke: ({ sender }) =>
    `If you want to take your permission back sooner, tell ${sender}: it can end this for you at once.`,
  invalidTitle: 'This link does not work',
  invalid:
    'It may be incomplete, too old, or replaced by a newer one. Please ask the practice that sent it to you for a new link. Nothing was shared by opening this page.',
  text: (facts) => [
    `${facts.sender} asks to share your details with ${facts.receiver}, ${facts.receiverCity}.`,
    ...(facts.credentials.length > 0 ? [`At ${facts.receiver}: ${facts.credentials.join('; ')}.`] : []),
    `What for: ${facts.purposes.join('; ')}.`,
    `Until when: your permission ends by itself on ${facts.validUntil}.`,
    facts.atOnce
      ? `When: ${facts.receiver} sees your details as soon as you agree.`
      : `When: ${facts.receiver} sees who you are only after it has said that it can help you.`,
    'Your choice is free. Services that you get do not depend on it, whether you agree or not.',
    'You can take your permission back at any time, at this same address. From then on nothing more is shared; what was shared before cannot be called back.',
    `What ${facts.receiver} receives might be passed on by it and may then no longer be protected by the same rules.`,
    ...(facts.part2 ? ['42 CFR part 2 prohibits unauthorized use or disclosure of these records.'] : []),
    'You can keep a copy: it appears on this page as soon as you have agreed.',
  ],
  categories: {
    identity: 'Your name',
    contact: 'How to reach you',
    reason: 'Why you look for help',
    background: 'Your background',
    notes: 'Notes',
    documents: 'Documents',
  },
  alwaysShared: 'always part of an introduction',
  chooseHeading: 'What may be shared?',
  chooseHint: 'Tick what you want to be shared. Leave out what you do not.',
  feedbackHeading: ({ sender, receiver }) => `May ${receiver} tell ${sender} how it went?`,
  feedbackHint:
    'For example, whether you became a client there. This is a question of its own: your introduction does not depend on it.',
  feedbackYes: 'Yes, it may tell',
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
  errors: {
    feedback: 'Choose yes or no: may it be told how it went?',
    signature: 'Type your full name to sign',
    authority: 'Say in plain words, of at most 200 characters, on what authority you sign',
    tick: 'Tick the box to say that you agree',
    changed: 'This page had changed since you opened it. Please read it again',
  },
  state: {
    active: 'You have agreed',
    expired: 'Your permission has ended',
    revoked: 'You have taken your permission back',
    denied: 'You did not agree',
    ended: 'This introduction has ended',
  },
  receiptHeading: 'Your copy',
  receipt: {
    id: 'Number',
    given: 'Given on',
    until: 'Ends on',
    from: 'Shared by',
    to: 'Shared with',
    purposes: 'What for',
    shared: 'What is shared',
    feedback: 'May it be told how it went',
    signedBy: 'Signed by',
    hash: 'Fingerprint of the text you read (SHA-256)',
    json: 'The same for machines (JSON)',
    print: 'You can print this page or save it as a file.',
  },
  yes: 'Yes',
  no: 'No',
  disclosuresHeading: 'Who has looked',
  disclosuresNone: 'Nobody has received your details so far.',
  disclosuresUntil: ({ receiver }, time) =>
    `This list ends on ${time}, when ${receiver} said that it can help you.`,
  disclosuresRest: ({ sender, receiver }) =>
    `Any later look is recorded too, but not shown here: ${sender} has this link and knows your name, so it could open this page, and how things go stays between you and ${receiver}. If you want to see the whole list, ask ${receiver}.`,
  disclosuresNoneUntil: 'Until then nobody had received your details.',
  disclosureColumns: ['When', 'Who', 'What'],
  ways: { api: 'in its software', webhook: 'sent to its software', page: 'on our page' },
  revokeHeading: 'Changed your mind?',
  revokeText: 'Take your permission back: from that moment on nothing more is shared.',
  revokeButton: 'Take my permission back',
  deniedText: ({ sender }) =>
    `Nothing was shared. ${sender} is told that you did not agree, and nothing else.`,
  showText: 'The text you agreed to',
  unavailable: ({ sender }) =>
    `This introduction cannot be made at the moment. Nothing was shared. Please ask ${sender}.`,
};
