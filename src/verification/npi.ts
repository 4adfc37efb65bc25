/**
 * The National Provider Identifier (45 CFR 162.406): nine digits and a check digit, the first a 1 or a 2. The check digit
 * is Luhn's (ISO/IEC 7812) over the number with `80840` before it (69 FR 3434; CMS, “Requirements for NPI Check Digit”).
 */

const PREFIX = '80840';
const SHAPE = /^[12]\d{9}$/;

/** Of each second digit from the right its double is taken, digit by digit. */
function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}

export const isNpi = (text: string): boolean => SHAPE.test(text) && luhnSum(PREFIX + text) % 10 === 0;
