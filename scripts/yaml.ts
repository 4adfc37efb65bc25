import { Document, isCollection, isMap, type Node } from 'yaml';

const LINE_WIDTH = 110;
const FLOW_LENGTH_MAX = 72;

/** Puts on one line what is short, the innermost parts first. */
function flatten(node: unknown): void {
  if (!isCollection(node)) return;
  const parts = isMap(node) ? node.items.map(({ value }) => value) : (node.items as Node[]);
  parts.forEach(flatten);
  const isFlat = parts.every((part) => !isCollection(part) || part.flow || part.items.length === 0);
  if (isFlat && JSON.stringify(node).length <= FLOW_LENGTH_MAX) node.flow = true;
}

/** YAML in which short collections stand on one line: else a third of the document would be indentation. */
export function toYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  flatten(document.contents);
  return document.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: true });
}
