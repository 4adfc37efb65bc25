/** Doc comments become the words of the document: what the loader makes of a module. */
import { describe, expect, test } from 'vitest';
import { readComment, withComments } from '../../scripts/documents/comments.ts';

/** Without the import that is put before it. */
const loaded = (source: string) => withComments(source, 'file.ts').replace(/^import [^;]+; /, '');

describe('a doc comment', () => {
  test.each([
    ['* One line. ', { text: 'One line.', name: null }],
    ['* A thing. @schema Thing ', { text: 'A thing.', name: 'Thing' }],
    [
      '*\n * Over several\n * lines.\n *\n * And another.\n * @schema Thing\n ',
      {
        text: 'Over several lines.\n\nAnd another.',
        name: 'Thing',
      },
    ],
  ])('is read as words and a name: %j', (inside, comment) => {
    expect(readComment(inside)).toEqual(comment);
  });

  test('of a property is handed over with its value, on the same line', () => {
    expect(loaded('const a = { /** It. */ b: c() };')).toBe(
      'const a = { /** It. */ b: $described(c(), {"text":"It.","name":null}) };',
    );
    expect(loaded('const a = {\n  /** It. */\n  b,\n};')).toBe(
      'const a = {\n  /** It. */\n  b: $described(b, {"text":"It.","name":null}),\n};',
    );
  });

  test('of a constant, of the items of a list, and of both at once', () => {
    expect(loaded('/** It. @schema A */\nexport const a = x;')).toBe(
      '/** It. @schema A */\nexport const a = $described(x, {"text":"It.","name":"A"});',
    );
    expect(loaded("/** It. */\nconst A = [...BS, /** C. */ 'c'] as const;")).toBe(
      `/** It. */\nconst A = $described($describedValues([...BS, /** C. */ 'c'], {"c":"C."}, [BS]) as const, {"text":"It.","name":null});`,
    );
  });

  test('says nothing where there is none, or something stands in between', () => {
    const source = 'const a = { /* no */ b: 1, // no\n c: 2, /** no */\n ...d };';
    expect(withComments(source, 'file.ts')).toBe(source);
  });
});
