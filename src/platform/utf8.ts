/** Text as bytes, and back. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

export const toUtf8 = (text: string) => encoder.encode(text) as Uint8Array<ArrayBuffer>;

/** @throws TypeError for bytes that are no UTF-8 */
export const fromUtf8 = (bytes: Uint8Array | ArrayBuffer): string => decoder.decode(bytes);
