import type { Words } from './words.types.ts';

const times = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const english: Words = {
  title: (practice, month) => `${practice}: referrals in ${month}`,
  running: 'This month is not over yet.',
  thanks: 'A report thanks: reciprocity is no debt, and nobody is ranked by it.',
  given: 'Given',
  received: 'Received',
  before: (count, month) => `${count} in ${month}`,
  partner: 'Partner',
  month: 'Month',
  step: 'Step',
  all: 'All together',
  mutual: (given, received) =>
    given + received === 0
      ? 'Nothing was given or received this month'
      : given === received
        ? `You gave as much as you received: ${times(given, 'referral', 'referrals')} each way`
        : `You gave ${times(given, 'referral', 'referrals')} and received ${received}`,
  partners: (count, bothWays) =>
    bothWays === 0
      ? `${times(count, 'partner', 'partners')}, this month one way`
      : `${times(count, 'partner', 'partners')}; with ${bothWays} of them both ways`,
  none: 'No partner this month',
  funnel: (direction, sent, accepted, engaged) =>
    sent === 0
      ? `Nothing was ${direction}`
      : `Of ${sent} ${direction}, ${accepted} ${accepted === 1 ? 'was' : 'were'} accepted and ${engaged} became ${engaged === 1 ? 'an engagement' : 'engagements'}`,
  trend: (given, received) => `In twelve months you gave ${given} and received ${received}`,
  times: {
    given: (time) => `Half of what you gave was accepted within ${time}`,
    received: (time) => `Half of what you accepted you accepted within ${time}`,
  },
  noTimes: 'Nothing was accepted yet',
  half: 'Half within',
  most: 'Nine tenths within',
  steps: ['Sent', 'Accepted', 'Engaged'],
  rates: 'Rates',
  of: (numerator, denominator) => `${numerator} of ${denominator}`,
  nothing: 'none to count',
  young: (count) => `${count} too young to count`,
  definitions: 'What is counted',
  names: {
    reciprocity: 'Reciprocity',
    balance: 'Balance',
    sent: 'Sent',
    acceptance: 'Accepted',
    response: 'Answered in time',
    engagement: 'Engaged, of those accepted',
    end_to_end: 'Engaged, of those sent',
    loop_closure: 'Outcome told',
    time_to_accept: 'Time to accept',
    outcome_withheld: 'Outcome kept by the client',
    thank: 'To thank',
    nurture: 'To get in touch with',
    slower: 'Slower than the network',
    waiting: 'Waits on you',
    ending: 'Ends soon',
  },
  meanings: {
    reciprocity:
      '2 × the smaller of given and received ÷ their sum: 1 where both are equal, 0 where all went one way.',
    balance: 'Given less received.',
    sent: 'Referrals first sent in the month, in your time zone. A chain of one client counts once, for the first one.',
    acceptance:
      'Ever accepted ÷ (ever accepted + declined, sent on by the sender, or expired, without ever being accepted).',
    response:
      'Answered within the time to answer ÷ those whose time has passed, without those taken back before. The clock stands still while a question waits for its answer.',
    engagement:
      'Ever engaged ÷ ever accepted, over mature referrals only: ended, engaged, or at least 30 days old.',
    end_to_end: 'Ever engaged ÷ sent, over mature referrals only.',
    loop_closure: 'Outcome reported ÷ sent, of those whose outcome may be known.',
    time_to_accept: 'From sent to accepted, without the time in which a question waited for its answer.',
    outcome_withheld: 'The client allowed no news to you: counted in no figure of outcomes.',
    thank: 'Partners who sent you a referral this month, by name.',
    nurture: 'Active partnerships in which nothing was sent, thanked for or agreed in 90 days.',
    slower:
      'Half of at least five referrals that you accepted took longer than half of all that were accepted in the network’s last counted month, where at least five practices are behind that.',
    waiting:
      'Referrals that you were sent and did not answer, and those of yours about which you were asked something.',
    ending:
      'Verified credentials whose last day is today or within the next 60 days, where the professional has no such one that lasts longer.',
  },
  insights: {
    heading: 'What you may want to do next',
    none: 'Nothing waits on you now',
    thank: (count) => `Thank ${times(count, 'partner', 'partners')} who sent you referrals`,
    nurture: (count) => `Get in touch with ${times(count, 'partner', 'partners')}: quiet for 90 days`,
    waiting: (count) => `${times(count, 'referral waits', 'referrals wait')} on you`,
    ending: (count) => `${times(count, 'credential ends', 'credentials end')} within 60 days`,
    slower: (own, network) =>
      `You accept within ${own} half of the time; half of the network does within ${network}`,
    received: (count) => `sent you ${count}`,
    quietSince: (day) => `quiet since ${day}`,
    answerBy: (time) => `answer by ${time}`,
    asked: 'asked you something',
    endsOn: (day) => `ends on ${day}`,
    more: (count) => `and ${count} more`,
  },
  made: (time) => `Made ${time}.`,
  invalidTitle: 'This link does not work',
  invalid:
    'It may be incomplete, too old, or taken back. Please ask the practice that sent it to you for a new one.',
};
