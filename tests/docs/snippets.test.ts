/** The verification snippets of docs/webhooks.md, each run in its own language. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-snippets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isThere = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

interface Language {
  readonly name: string;
  readonly isThere: () => boolean;
  /** Where the language wants it; returns the command that runs. */
  readonly build: () => readonly [command: string, ...args: string[]];
}

const drivers = 'tests/docs/drivers';
const languages: readonly Language[] = [
  {
    name: 'TypeScript (node)',
    isThere: () => true,
    build: () => ['node_modules/.bin/node', `${drivers}/driver.ts`],
  },
  {
    name: 'Python (python3)',
    isThere: () => isThere('python3', '-c', 'str.removeprefix'),
    build: () => ['python3', `${drivers}/driver.py`],
  },
  {
    name: 'Java (javac)',
    isThere: () => isThere('javac', '-version'),
    build: () => {
      const sources = ['docs/snippets/Webhooks.java', `${drivers}/Driver.java`];
      execFileSync('javac', ['-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', folder, ...sources]);
      return ['java', '-XX:TieredStopAtLevel=1', '-cp', folder, 'Driver'];
    },
  },
  {
    name: 'Go (go)',
    isThere: () => isThere('go', 'version'),
    build: () => {
      // Go builds the files of one directory.
      const sources = ['docs/snippets/verify.go', `${drivers}/driver.go`].map((source) => {
        const copy = join(folder, basename(source));
        copyFileSync(source, copy);
        return copy;
      });
      const program = join(folder, 'verify');
      execFileSync('go', ['build', '-o', program, ...sources], {
        env: { ...process.env, GO111MODULE: 'off', GOCACHE: join(folder, 'cache'), GOFLAGS: '' },
      });
      return [program];
    },
  },
  {
    name: 'PHP (php)',
    isThere: () => isThere('php', '--version'),
    build: () => ['php', `${drivers}/driver.php`],
  },
];

interface Case {
  readonly secret: string;
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
  readonly signature: string;
}

/** The vectors of the specification's own libraries. */
const first: Case = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const second: Case = {
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
  timestamp: '1649367553',
  body: '{"email":"test@example.com","username":"test_user"}',
  signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
};
const WRONG = 'v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const STALE = 'the timestamp is too far from now';
const NO_MATCH = 'no signature matches';

const cases: readonly (readonly [string, Case, nowOffset: number, said: string])[] = [
  ['the first vector', first, 0, 'ok'],
  ['the second vector', second, 0, 'ok'],
  ['five minutes late', first, 300, 'ok'],
  [
    'two signatures, the second of them right',
    { ...first, signature: `${WRONG} ${first.signature}` },
    0,
    'ok',
  ],
  [
    'two signatures, the first of them right',
    { ...first, signature: `${first.signature} ${WRONG}` },
    0,
    'ok',
  ],
  ['a wrong signature', { ...first, signature: WRONG }, 0, NO_MATCH],
  ['the signature of another message', { ...first, signature: second.signature }, 0, NO_MATCH],
  ['another secret', { ...first, secret: second.secret }, 0, NO_MATCH],
  ['a changed body', { ...first, body: '{"test": 2432232315}' }, 0, NO_MATCH],
  ['a changed id', { ...first, id: 'msg_another' }, 0, NO_MATCH],
  [
    'a signature of another version',
    { ...first, signature: first.signature.replace('v1', 'v2') },
    0,
    NO_MATCH,
  ],
  ['a signature without a version', { ...first, signature: first.signature.slice(3) }, 0, NO_MATCH],
  ['a truncated signature', { ...first, signature: first.signature.slice(0, 20) }, 0, NO_MATCH],
  ['no base64', { ...first, signature: 'v1,%%%' }, 0, NO_MATCH],
  ['a stale timestamp', first, 301, STALE],
  ['a timestamp of the future', first, -301, STALE],
  ['a timestamp in words', { ...first, timestamp: 'yesterday' }, 0, STALE],
];

describe.each(languages)('$name', (language) => {
  if (!language.isThere()) {
    test.skip(`NOT RUN: there is no ${language.name} on this machine`, () => undefined);
    return;
  }
  let command: readonly [string, ...string[]] | undefined;
  const run = ({ secret, id, timestamp, signature, body }: Case, now: number) => {
    command ??= language.build();
    const [program, ...args] = command;
    const input = [secret, id, timestamp, signature, String(now)];
    return execFileSync(program, [...args, ...input], { input: body, encoding: 'utf8' }).trim();
  };

  test.each(cases)('%s', (_name, one, offset, said) => {
    const now = Number(one.timestamp === 'yesterday' ? first.timestamp : one.timestamp) + offset;
    expect(run(one, now)).toBe(said);
  });
});
