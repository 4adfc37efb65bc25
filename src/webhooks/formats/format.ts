/**
 * What a format is: how an event becomes requests to one kind of receiver, and what its answers mean. Pure: the
 * engine posts, waits, signs and stores; see `formats.ts` for how it asks.
 */
import type * as v from 'valibot';
import { CATEGORIES, type Category } from '../../consents/consents.schemas.ts';
import type { EventType } from '../../ledger/event-types.ts';
import { toUtf8 } from '../../platform/utf8.ts';
import type { Method } from '../posting/post.ts';
import type { FormatInput } from './input.ts';
import { shorten, TEXT_CHARACTERS_TRIED } from './shorten.ts';

/** Larger bodies are refused by many receivers, and by ourselves. */
export const BODY_BYTES_MAX = 65_536;

/** What a format can carry of a client, as a disclosure of it is logged. */
export type Carried = Category | 'messages';
/** The client, but none of the messages about it. */
export const WHOLE_CLIENT: readonly Carried[] = CATEGORIES;
export const EVERYTHING: readonly Carried[] = [...CATEGORIES, 'messages'];

export interface FormatRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the method has none. */
  readonly body: string;
  /** It asks for access, maybe elsewhere: the headers that the owner gave for the endpoint do not go along. */
  readonly asksForAccess?: boolean;
}

/** Ids that one step leaves to the next one of the same delivery. No secrets and no client data: stored as they are. */
export type Kept = Readonly<Record<string, string>>;

/** What the receiver showed of its record in this attempt: the next one looks again, and none of it is stored. */
export type Seen = Readonly<Record<string, string>>;

/** A short-lived secret of the endpoint, for all its deliveries: stored sealed until it expires. */
export interface Session {
  readonly value: string;
  readonly expires_in_seconds: number;
}

/** The receiver's record of the referral, where the exchange itself remembers it. */
export interface CrmRecord {
  /** Null where it was made and the receiver did not say under which id. */
  readonly id: string | null;
  /** The client's name and address were written to it once: what became of them there is the front desk's. */
  readonly client_told: boolean;
}

export interface Progress {
  readonly kept: Kept;
  readonly seen: Seen;
  readonly record: CrmRecord | null;
  /** The endpoint's session while it has not expired. */
  readonly session: string | null;
}

export const START: Progress = { kept: {}, seen: {}, record: null, session: null };

export interface FormatAnswer {
  readonly status: number;
  /** The beginning of the body; it may be cut anywhere. */
  readonly excerpt: string;
  /** All of it, where the format reads it whole and it is not too long. */
  readonly text?: string;
  readonly headers?: Headers;
}

/**
 * What an answer means. `detail` is in words of ours and holds no client data; with `isSecret` it is kept instead of
 * the answer, which may hold a session.
 */
export type Reading =
  /** Unconfirmed: taken, but the receiver does not say what became of it. */
  | {
      readonly outcome: 'delivered';
      readonly confirmed: boolean;
      readonly detail: string | null;
      /** To be remembered, as what is told of the referral from now on belongs to it. */
      readonly record?: CrmRecord;
    }
  /** One step is done: ask for the next request. What is not named stays as it was. */
  | {
      readonly outcome: 'continue';
      readonly kept?: Kept;
      readonly seen?: Seen;
      readonly record?: CrmRecord;
      readonly session?: Session;
    }
  /** Worth trying again. */
  | {
      readonly outcome: 'failed';
      readonly detail: string;
      readonly isSecret?: boolean;
      readonly endSession?: boolean;
    }
  /** It refuses whatever comes: access or an address is wrong, and somebody has to change that. */
  | { readonly outcome: 'rejected'; readonly detail: string; readonly isSecret?: boolean }
  /**
   * It works, and refused this one record: nothing of that speaks against the endpoint. `said` is in the receiver's own
   * words, which may quote the client: who shows them looks for that.
   */
  | {
      readonly outcome: 'record_refused';
      readonly detail: string;
      readonly said: string | null;
      /** The same would be refused again until somebody changes something: the delivery ends here, visibly. */
      readonly isFinal: boolean;
    };

/** With which an attempt ends. */
export type Conclusion = Exclude<Reading, { outcome: 'continue' }>;

export interface Format<S = unknown> {
  readonly title: string;
  readonly settings: v.GenericSchema<unknown, S>;
  /** The settings that are stored sealed and never shown again. */
  readonly secrets: readonly string[];
  /** Whether the receiver can check a Standard Webhooks signature. */
  readonly signed: boolean;
  /** Whether the receiver repeats in its answers what it was sent: then the answer's excerpt is client data. */
  readonly echoes: boolean;
  /** Used where the endpoint names no URL of its own. */
  readonly defaultUrl: string | null;
  /** The hosts that the requests, and the secrets in them, may go to; null: any. */
  readonly hosts: { readonly pattern: RegExp; readonly hint: string } | null;
  /** Where else requests go with these settings, and where among them that stands. */
  readonly destinations?: (settings: S) => readonly { readonly pointer: string; readonly url: string }[];
  /** The event types that can be told in this format; null: all. */
  readonly eventTypes: {
    readonly allowed: readonly EventType[];
    readonly default: readonly EventType[];
    /**
     * The setting by which several events of a referral are one record; null: each event makes a record. Left out where
     * they are one whatever is set.
     */
    readonly severalBy?: string | null;
  } | null;
  /**
   * The categories that the requests can hold with these settings. The others are withheld before the disclosure is
   * logged, so that the log says what leaves.
   */
  readonly carries: (settings: S) => readonly Carried[];
  /** Under which name the receiver's record of a referral is remembered (`external_ids`); null where it is not. */
  readonly system?: (settings: S) => string | null;
  /** The deliveries about a referral go one after the other, so that one of them makes the record. */
  readonly goesInTurn?: boolean;
  /** A test makes a record there that says what it is. */
  readonly isTestable?: boolean;
  /** Its answers are read to their end. */
  readonly readsWhole?: boolean;
  /** What needs no request at all; null where one is made. */
  readonly conclude?: (input: FormatInput, settings: S, progress: Progress) => Conclusion | null;
  /** How far a delivery can have come: each makes another request. Left out where the examples say so. */
  readonly steps?: (settings: S) => readonly Progress[];
  /** The settings with every secret in them made unreadable. Left out where each secret setting is a text. */
  readonly mask?: (settings: S) => S;
  /**
   * Whether the requests have a place for the notice that goes with records of substance-use treatment. Where they have
   * none nothing of such a client leaves.
   */
  readonly carriesNotice: (settings: S) => boolean;
  /** The next request of a delivery that has come this far. */
  readonly request: (input: FormatInput, settings: S, progress: Progress) => FormatRequest;
  /** `progress` and `input` as they were when the request was made. */
  readonly read: (answer: FormatAnswer, progress: Progress, settings: S, input: FormatInput) => Reading;
}

/** Instead of a secret. */
export const MASK = '********';

const bytesOf = (text: string) => toUtf8(text).byteLength;

/** Infers what `request` gets from the settings beside it, and keeps every body within `BODY_BYTES_MAX`. */
export function defineFormat<S>(format: Format<S>): Format {
  const request: Format<S>['request'] = (input, settings, progress) => {
    let made = format.request(input, settings, progress);
    for (const charactersMax of TEXT_CHARACTERS_TRIED) {
      if (bytesOf(made.body) <= BODY_BYTES_MAX) break;
      made = format.request(shorten(input, charactersMax), settings, progress);
    }
    return made;
  };
  return { ...format, request } as Format;
}

export const sendJson = (
  method: 'POST' | 'PUT' | 'PATCH',
  url: string,
  value: unknown,
  headers: Record<string, string> = {},
): FormatRequest => ({
  method,
  url,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
export const postJson = (url: string, value: unknown, headers: Record<string, string> = {}) =>
  sendJson('POST', url, value, headers);

export const getJson = (url: string, headers: Record<string, string>): FormatRequest => ({
  method: 'GET',
  url,
  headers: { Accept: 'application/json', ...headers },
  body: '',
});

export const postForm = (url: string, fields: Record<string, string>): FormatRequest => ({
  method: 'POST',
  url,
  headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  body: new URLSearchParams(fields).toString(),
});

/** `path` below the endpoint's URL, or the URL itself where it names more than a host. */
export function under(url: string, path: string): string {
  const base = new URL(url);
  return base.pathname === '/' && base.search === '' ? new URL(path, base).href : base.href;
}
