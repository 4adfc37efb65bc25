import type { Words } from './words.types.ts';

export const english: Words = {
  title: (practice) => `Does ${practice} take new clients?`,
  intro:
    'Those who refer clients see in the directory what was said here, and when. Please say whether it is still so.',
  services: 'Services',
  said: 'Said last',
  saidOn: (capacity, day) => `${capacity} (${day})`,
  question: 'What is true today?',
  capacities: {
    accepting: 'We take new clients',
    waitlist: 'New clients wait for a place',
    assessment_required: 'We take new clients after an assessment',
    not_accepting: 'We take no new clients now',
  },
  save: 'Save',
  choose: 'Choose one',
  doneTitle: 'Thank you, it is saved',
  done: (practice) => `This is what colleagues see of ${practice} from now on.`,
  more: 'The link has done its work. Within a month there is another one; you can change it at any time with your own program.',
  invalidTitle: 'This link leads nowhere any more',
  invalid: 'It has ended, or was not copied whole. The next reminder has a new one.',
};
