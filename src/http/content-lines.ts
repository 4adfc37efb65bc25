/** The lines that vCard (RFC 6350) and iCalendar (RFC 5545) are made of. */
import { toUtf8 } from '../platform/utf8.ts';

/** Lines of at most 75 octets, which go on after a space; no character is cut in two. */
const LINE_OCTETS_MAX = 75;
const octetsOf = (text: string) => toUtf8(text).length;

export function fold(line: string): string {
  const lines = [''];
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > LINE_OCTETS_MAX) {
      lines.push(' ');
      octets = 1;
    }
    lines[lines.length - 1] += character;
    octets += size;
  }
  return lines.join('\r\n');
}

/** So that no value ends its property or begins another one. */
export const text = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(',', '\\,');

/** As one of the parts that `;` divides; every text of iCalendar is written so. */
export const part = (value: string) => text(value).replaceAll(';', '\\;');

export const property = (name: string, value: string | null) =>
  value === null ? [] : [fold(`${name}:${value}`)];

/** RFC 3339 in UTC as both write it. */
export const basicTime = (time: string) => time.replaceAll(/[-:]|\.\d+/g, '');
