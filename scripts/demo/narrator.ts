/** Tells what happens, for people. Colours only where the output is a terminal. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout });

/** As wide as the longest name that stands in front of a line. */
const NAME_WIDTH = 17;

/** `ref_01m84vbed5fq8sakwvsgc0hvf0` as `ref_…hvf0`: enough to tell two apart. */
const shortenIds = (path: string) => path.replaceAll(/([a-z]{3}_)[0-9a-z]{22}([0-9a-z]{4})/g, '$1…$2');

/** An expectation of the demo did not hold. */
export class Disappointment extends Error {
  override name = 'Disappointment';
}

export class Narrator {
  #chapters = 0;
  #expectations = 0;

  get expectations(): number {
    return this.#expectations;
  }

  chapter(title: string): void {
    this.#chapters += 1;
    console.log(`\n${paint('bold', `${this.#chapters}. ${title}`)}`);
  }

  say(text: string): void {
    console.log(`   ${text}`);
  }

  call(who: string, method: string, path: string, status: number, durationMs: number): void {
    const request = `${method.padEnd(5)}${shortenIds(path)}`;
    console.log(
      `   ${paint('cyan', who.padEnd(NAME_WIDTH))} ${request} ${paint('dim', `→ ${status}, ${Math.round(durationMs)} ms`)}`,
    );
  }

  arrival(who: string, type: string, latencyMs: number): void {
    console.log(
      `   ${paint('magenta', `${who}’s CRM`.padEnd(NAME_WIDTH))} ${type} ${paint('dim', `(signature verified, ${latencyMs} ms after the event)`)}`,
    );
  }

  /** @throws Disappointment where it does not hold. */
  expect(holds: boolean, text: string, found?: unknown): void {
    if (!holds) {
      const instead = found === undefined ? '' : `\n     found: ${JSON.stringify(found)}`;
      throw new Disappointment(`${text}${instead}`);
    }
    this.#expectations += 1;
    console.log(`   ${paint('green', '✓')} ${text}`);
  }
}
