/** What each group of operations is for. */
const TAGS: Readonly<Record<string, string>> = {
  Referrals: 'Send, read and answer referrals; ask the client for consent.',
  Choices: 'Let the client choose among several practices, and follow the way that it took.',
  Directory: 'Find practices to refer to.',
  Partnerships: 'Agree with another practice to refer to each other.',
  Joining: 'Bring a colleague onto the exchange.',
  Events: 'What happened, in order: for polling, and beside webhooks.',
  Webhooks: 'Be told of events, in your CRM’s own shape.',
  Callbacks: 'What a CRM calls, without a key, to report what came of a referral.',
  Reports: 'Whether what you give and receive is mutual.',
  Privacy: 'What left, what is held, and how it is erased.',
  Practice: 'Your own profile, professionals and credentials.',
  'API keys': 'Keys of your practice.',
  'Operator: practices': 'Practices and their professionals, for the operator of the exchange.',
  'Operator: joining': 'Who registered by an invitation, for the operator.',
  'Operator: credentials': 'Verifying credentials, for the operator.',
  'Operator: catalog': 'The codes that practices may use, for the operator.',
  'Operator: rosters': 'Boards, their lists, and what disagrees with them, for the operator.',
  'Operator: keys': 'Keys of practices and of operators, for the operator.',
  'Operator: network': 'The network as a whole, month by month, for the operator.',
  'Operator: health': 'How the exchange is doing, for the operator.',
};

/** @throws Error for a group that nobody described */
export function describeTag(name: string): string {
  const words = TAGS[name];
  if (!words) throw new Error(`Say in src/docs/tags.ts what the operations of "${name}" are for.`);
  return words;
}
