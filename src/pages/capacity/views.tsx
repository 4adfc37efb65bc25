/** What a practice sees that is asked whether it takes new clients. What it says stands in `words.ts`. */

import { CAPACITIES } from '../../platform/db/schema.ts';
import { writeDay } from '../../platform/labels.ts';
import type { AskedPractice } from '../../practices/capacity-link.repository.ts';
import type { Language } from '../kit/language.ts';
import { Facts, type Fault, Faults, Form, type FormProps, faultAt } from '../kit/parts.tsx';
import { WORDS } from './words.ts';

/** The services, and what was said when: what the directory shows. */
const Said = ({ practice, language }: { practice: AskedPractice; language: Language }) => {
  const words = WORDS[language];
  const day = writeDay(practice.capacity_updated_at, language, practice.time_zone);
  return (
    <Facts
      facts={[
        [words.services, practice.services.map((label) => label[language]).join(', ')],
        [words.said, words.saidOn(words.capacities[practice.capacity], day)],
      ]}
    />
  );
};

interface AskProps extends FormProps {
  readonly practice: AskedPractice;
  readonly faults: readonly Fault[];
}

/** Where a link to the fault leads. */
const FIRST = 'capacity';

export const AskPage = ({ practice, faults, ...form }: AskProps) => {
  const words = WORDS[form.language];
  const { message, attributes } = faultAt(faults, FIRST);
  return (
    <>
      <h1>{words.title(practice.name)}</h1>
      <Faults language={form.language} faults={faults} />
      <p>{words.intro}</p>
      <Said practice={practice} language={form.language} />
      <Form {...form} to="">
        <fieldset>
          <legend>{words.question}</legend>
          {message}
          {CAPACITIES.map((capacity, index) => {
            const id = index === 0 ? FIRST : `capacity-${capacity}`;
            return (
              <div class="option">
                <input
                  type="radio"
                  id={id}
                  name="capacity"
                  value={capacity}
                  checked={practice.capacity === capacity}
                  {...attributes}
                />
                <label for={id}>{words.capacities[capacity]}</label>
              </div>
            );
          })}
        </fieldset>
        <button type="submit">{words.save}</button>
      </Form>
    </>
  );
};

export const DonePage = ({ practice, language }: { practice: AskedPractice; language: Language }) => {
  const words = WORDS[language];
  return (
    <>
      <h1>{words.doneTitle}</h1>
      <p>{words.done(practice.name)}</p>
      <Said practice={practice} language={language} />
      <p>{words.more}</p>
    </>
  );
};
