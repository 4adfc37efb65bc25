/** What the pages of the documentation do beyond showing: another look, search, and calls to this server. */

const KEY = 'referral-exchange-docs-key';
const THEME = 'referral-exchange-docs-theme';

const byId = (id) => document.getElementById(id);

// On a phone the contents are one line until they are asked for.
if (matchMedia('(max-width: 59.99rem)').matches) byId('menu').removeAttribute('open');

const themeButton = byId('theme');
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
};
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  themeButton.textContent = isDark() ? 'Light' : 'Dark';
}
setTheme(localStorage.getItem(THEME));
themeButton.hidden = false;
themeButton.addEventListener('click', () => {
  const theme = isDark() ? 'light' : 'dark';
  localStorage.setItem(THEME, theme);
  setTheme(theme);
});

const query = byId('query');
const found = byId('found');
let index;

/** What is read first by most stands first: a guide, then operations; schemas are looked up from there. */
const WEIGHTS = [
  ['Guide:', 2],
  ['Guide', 5],
  ['Event', 1],
  ['Problem', 1],
  ['Schema', 0.3],
];
/** Whoever types a whole name wants that thing. */
const isNamed = (words, { title }) => title === words;

async function loadIndex() {
  const [{ default: MiniSearch }, documents] = await Promise.all([
    import('/docs/minisearch.js'),
    fetch('/docs/search.json').then((answer) => answer.json()),
  ]);
  const search = new MiniSearch({
    idField: 'href',
    fields: ['title', 'kind', 'text'],
    storeFields: ['href', 'title', 'kind'],
    // `respond_by` and `/v1/referrals` are found by their parts, too.
    tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u),
    searchOptions: {
      prefix: true,
      fuzzy: 0.15,
      combineWith: 'AND',
      boost: { title: 4, kind: 2 },
      boostDocument: (_id, _term, { kind }) => WEIGHTS.find(([start]) => kind.startsWith(start))?.[1] ?? 2,
    },
  });
  search.addAll(documents);
  return search;
}

async function showFound() {
  const words = query.value.trim();
  found.hidden = words === '';
  if (words === '') return;
  index ??= loadIndex();
  const hits = (await index)
    .search(words)
    .sort((a, b) => isNamed(words, b) - isNamed(words, a))
    .slice(0, 20);
  if (query.value.trim() !== words) return;
  const list = document.createElement('ul');
  for (const { href, title, kind } of hits) {
    const item = document.createElement('li');
    const link = Object.assign(document.createElement('a'), { href, textContent: title });
    item.append(link, Object.assign(document.createElement('small'), { textContent: kind }));
    list.append(item);
  }
  const nothing = Object.assign(document.createElement('p'), { textContent: 'Nothing found.' });
  found.replaceChildren(hits.length > 0 ? list : nothing);
}
query.addEventListener('input', showFound);
found.addEventListener('click', () => {
  found.hidden = true;
});
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    query.focus();
  }
  if (event.key === 'Escape') found.hidden = true;
});

/** Where the guides say how an exchange on one's own machine is called, they mean this one. */
const LOCAL = 'http://127.0.0.1:8787';
for (const code of document.querySelectorAll('pre > code'))
  if (code.textContent.includes(LOCAL))
    code.textContent = code.textContent.replaceAll(LOCAL, location.origin);

/** How long a button says that it has copied, in milliseconds. */
const COPIED_MS = 2000;

/** Only where the browser lets a page write to the clipboard: by https, or on one's own machine. */
function addCopyButton(block) {
  const frame = Object.assign(document.createElement('div'), { className: 'code' });
  const button = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Copy' });
  block.replaceWith(frame);
  frame.append(block, button);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(block.textContent.trim());
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not copied';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, COPIED_MS);
  });
}
if (navigator.clipboard)
  for (const block of document.querySelectorAll('main pre:not(.answer)')) addCopyButton(block);

async function send(form) {
  const answer = form.querySelector('.answer');
  const { method = 'GET', path = '', needsKey } = form.dataset;
  const fields = [...form.querySelectorAll('input')].filter(({ value }) => value !== '');
  const headers = new Headers();
  const url = new URL(location.origin);
  url.pathname = path;
  let filled = path;
  for (const { name, value, dataset } of fields) {
    if (dataset.in === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value));
    if (dataset.in === 'query') url.searchParams.set(name, value);
    if (dataset.in === 'header') headers.set(name, value);
    if (name === 'key') sessionStorage.setItem(KEY, value);
  }
  answer.hidden = false;
  if (/\{\w+\}/.test(filled)) {
    answer.textContent = `${/\{(\w+)\}/.exec(filled)?.[1]} is needed.`;
    return;
  }
  url.pathname = filled;
  const key = fields.find(({ name }) => name === 'key')?.value;
  if (needsKey === 'true') headers.set('Authorization', `Bearer ${key ?? ''}`);
  const body = form.querySelector('textarea')?.value;
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  answer.textContent = '…';
  try {
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json') && text !== '';
    answer.textContent = `${response.status}\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
  } catch (error) {
    answer.textContent = `No answer: ${error instanceof Error ? error.message : error}`;
  }
}

for (const box of document.querySelectorAll('.try')) {
  const form = box.querySelector('form');
  box.hidden = false;
  box.addEventListener('toggle', () => {
    const key = form.querySelector('input[name="key"]');
    // Kept until the tab is closed, for the next operation that is tried.
    if (key instanceof HTMLInputElement && key.value === '') key.value = sessionStorage.getItem(KEY) ?? '';
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
}
