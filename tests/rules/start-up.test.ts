import { expect, test, vi } from 'vitest';

const { stringify } = vi.hoisted(() => ({ stringify: vi.fn() }));
vi.mock('csv-stringify/sync', () => ({ stringify }));

test('a start makes no table and opens no time zone: of 55 ms those were 20, for examples of the document', async () => {
  const timeZones = vi.spyOn(Intl, 'DateTimeFormat');
  const { createApp } = await import('../../src/app.ts');
  createApp();
  expect(stringify).not.toHaveBeenCalled();
  expect(timeZones).not.toHaveBeenCalled();
});
