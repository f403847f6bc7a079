// The Credentials page. No framework and no build step; all that it does goes through /v1, which /docs describes.
// Text reaches the page as text only: nothing here turns a string into markup.

// ---------------------------------------------------------------- Elements

const SVG = 'http://www.w3.org/2000/svg';
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'open', 'max', 'htmlFor', 'indeterminate']);

// h('button.primary', { type: 'button', onclick }, 'Save'): an element with classes, attributes and children.
function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false && !PROPERTIES.has(key)) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (PROPERTIES.has(key)) element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  add(element, children);
  return element;
}

// Marks that turn the reading direction round: in a text of others they could make one read what is not there.
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(typeof child === 'string' ? child.replace(TURNING, '') : child);
  }
}

function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

const ICONS = {
  warning: 'M12 4 2.5 20h19zM12 10v4m0 3v.01',
  fault: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 5v5m0 3v.01',
};

const byId = (id) => document.getElementById(id);
let lastId = 0;
const newId = (stem) => `${stem}-${++lastId}`;

function button(label, onclick, { kind = '', ...attributes } = {}) {
  return h(kind ? `button.${kind}` : 'button', { type: 'button', onclick, ...attributes }, label);
}

// Says a sentence to a screen reader. Cleared first, so that the same sentence is said again.
function announce(sentence) {
  const place = document.querySelector('dialog[open] .said') ?? byId('announcer');
  place.textContent = '';
  setTimeout(() => { place.textContent = sentence; }, 50);
}

// ---------------------------------------------------------------- Focus

const FOCUSABLE = 'button:not(:disabled), input:not(:disabled), select, textarea, a[href], [tabindex]';

// Where an element is, from itself outwards: each step with a way to find its successor, should it be made anew.
function trailTo(element) {
  const steps = [];
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    const [name, value] = at.dataset.key ? ['data-key', at.dataset.key] : ['aria-label', at.getAttribute('aria-label')];
    steps.push({ at, again: value && `${at.localName}[${name}="${CSS.escape(value)}"]` });
  }
  return steps;
}

// Gives the focus to what is there now, or to what is next to it, rather than to nothing.
function follow(steps) {
  for (const { at, again } of steps) {
    const there = at.isConnected ? at : again && document.querySelector(again);
    if (!there?.checkVisibility()) continue;
    const next = there.matches(FOCUSABLE) ? there : there.querySelector(FOCUSABLE);
    next?.focus();
    if (next && document.activeElement === next) return;
  }
  // A page that is put aside for the Back button has nothing left in it.
  byId('main')?.focus();
}

let trail = [];

document.addEventListener('focusin', (event) => { trail = trailTo(event.target); });
// Who clicks beside everything wants the focus nowhere.
document.addEventListener('pointerdown', () => { trail = []; }, true);
new MutationObserver(() => {
  if (document.activeElement !== document.body || !trail.length || trail[0].at.isConnected) return;
  const steps = trail;
  trail = [];
  follow(steps);
}).observe(document.body, { childList: true, subtree: true });

// A button that works on something keeps the focus, which a disabled one would lose.
const isBusy = (control) => control.getAttribute('aria-disabled') === 'true';
const setBusy = (control, busy) => control.setAttribute('aria-disabled', String(busy));

// ---------------------------------------------------------------- The server

// What the server refused, in the members of a /v1 error; status 0 when there was no answer.
class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? '';
    this.hint = body.hint ?? '';
    this.fields = body.fields ?? [];
    this.verification = body.verification ?? null;
  }
}

const NO_ANSWER = { detail: 'The server does not answer.', hint: 'See whether it still runs, then try again.' };

async function ask(method, path, { body, headers = {}, background = false, signal } = {}) {
  const init = { method, headers: { Accept: 'application/json', ...headers }, redirect: 'error', signal };
  if (body !== undefined) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  // Such a request does not count as use of the session.
  if (background) init.headers['Keys-Manager-Background'] = '1';
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Problem(0, NO_ANSWER);
  }
  if (response.ok) return response;
  const problem = new Problem(response.status, await response.json().catch(() => ({})));
  if (response.status === 401 && path !== '/v1/session') signedOut(problem.code);
  throw problem;
}

async function json(method, path, options) {
  const response = await ask(method, path, options);
  return response.json().catch(() => { throw new Problem(0, NO_ANSWER); });
}

// The lines of an answer that comes bit by bit, each as a value.
async function* lines(method, path, options) {
  const headers = { Accept: 'application/x-ndjson', ...options.headers };
  const response = await ask(method, path, { ...options, headers });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      throw error.name === 'AbortError' ? error : new Problem(0, NO_ANSWER);
    }
    if (part.done) return;
    const pieces = (rest + part.value).split('\n');
    rest = pieces.pop();
    for (const piece of pieces) if (piece) yield JSON.parse(piece);
  }
}

const path = (account, connector, ...more) =>
  ['/v1/accounts', account, 'credentials', connector, ...more].filter(Boolean).map((part, at) =>
    at ? encodeURIComponent(part) : part).join('/');

// ---------------------------------------------------------------- What is known

const state = {
  overview: null,
  connectors: null, // What /v1/connectors lists, once it was needed.
  descriptions: new Map(), // Full descriptions by connector.
  search: '',
  show: 'all',
  verifying: null, // { done, total, controller } while many are checked.
  events: null,
};

async function connectors() {
  state.connectors ??= await json('GET', '/v1/connectors');
  return state.connectors;
}

async function description(connector) {
  if (!state.descriptions.has(connector)) {
    state.descriptions.set(connector, await json('GET', `/v1/connectors/${encodeURIComponent(connector)}`));
  }
  return state.descriptions.get(connector);
}

function info(connector) {
  return state.overview?.connectors?.[connector]
    ?? state.connectors?.find((known) => known.name === connector)
    ?? { exchange: connector, market: null, testnet: false, decentralized: false };
}

function credential(account, connector) {
  return state.overview.accounts.find((known) => known.name === account)
    ?.credentials.find((known) => known.connector === connector);
}

let refreshing = null;
let isStale = false;

// Reads everything anew. A wish that comes during a reading is fulfilled after it, once.
function refresh({ background = true } = {}) {
  if (refreshing) {
    isStale = true;
    return refreshing;
  }
  refreshing = (async () => {
    try {
      do {
        isStale = false;
        state.overview = await json('GET', '/v1/overview', { background });
      } while (isStale);
    } finally {
      refreshing = null;
    }
    showOverview();
  })();
  return refreshing;
}

// A stream tells when anything changed, here or elsewhere.
function listen() {
  state.events?.close();
  const events = new EventSource('/v1/events');
  state.events = events;
  events.addEventListener('overview', (event) => {
    showConnection(true);
    const told = JSON.parse(event.data);
    const vault = state.overview?.vault.state;
    if (told.generation !== state.overview?.generation || told.state !== vault) refresh().catch(() => {});
  });
  events.addEventListener('problem', (event) => { byId('connection').textContent = JSON.parse(event.data).detail; });
  events.addEventListener('signed-out', () => signedOut('session_ended'));
  events.onerror = () => {
    if (state.events !== events) return;
    showConnection(false);
    if (events.readyState !== EventSource.CLOSED) return;
    // The browser gave up, as it does after an error answer; asking tells whether the session still holds.
    setTimeout(() => {
      if (state.events !== events) return;
      refresh().then(() => state.events === events && listen(), (problem) => {
        if (problem.status !== 401 && state.events === events) events.onerror();
      });
    }, 3000);
  };
}

function showConnection(isThere) {
  byId('connection').textContent = isThere ? '' : 'No connection to the server; trying again…';
}

// ---------------------------------------------------------------- Words

const STATES = {
  damaged: 'Damaged file', unknown_connector: 'Unknown connector', misfit: 'Does not fit the connector',
  other_password: 'Has another password',
};

// How a credential stands: a tone for its colour, and words.
function standing(credential) {
  if (credential.state !== 'stored') return { tone: 'bad', words: STATES[credential.state] ?? credential.state };
  const report = credential.verification;
  if (!report) return { tone: 'none', words: 'Not checked yet' };
  if (report.outcome === 'valid') {
    return report.warnings.length ? { tone: 'warn', words: 'Works, with warnings' } : { tone: 'good', words: 'Works' };
  }
  if (report.outcome === 'rejected') return { tone: 'bad', words: 'Refused' };
  const isUnprovable = report.causes.length === 1 && report.causes[0] === 'not_provable';
  return isUnprovable ? { tone: 'none', words: 'Cannot be proven' } : { tone: 'warn', words: 'Could not be checked' };
}

function needsAttention(credential) {
  const { tone } = standing(credential);
  return tone === 'bad' || tone === 'warn' || credential.verification?.warnings.length > 0;
}

const RIGHTS = [
  ['read', 'read'], ['trade_spot', 'trade spot'], ['trade_derivatives', 'trade derivatives'],
  ['transfer', 'move funds between your accounts'], ['transfer_out', 'send funds to others'], ['withdraw', 'withdraw'],
];

const DANGEROUS = new Set(['transfer_out', 'withdraw']);

function rightsInWords(rights) {
  if (!rights) return '';
  const may = RIGHTS.filter(([name]) => rights[name]).map(([, words]) => words);
  const words = may.length ? [`May ${may.join(', ')}`] : [];
  if (rights.withdraw === false) words.push('may not withdraw');
  const bound = boundInWords(rights.ip_list);
  if (bound) words.push(bound);
  if (rights.expires) words.push(`ends ${day(rights.expires)}`);
  if (rights.sub_account) words.push('sub-account');
  return words.join('; ');
}

function boundInWords(list) {
  if (!list) return '';
  if (!list.on) return 'no IP list';
  if (!list.addresses.length) return 'has an IP list';
  return `bound to ${list.addresses.slice(0, 3).join(', ')}${list.addresses.length > 3 ? ' …' : ''}`;
}

// What a check found out, in a sentence or two.
const findings = (report) => report.sentence ?? report.cure ?? '';

function kinds(connector) {
  const known = info(connector);
  return [
    known.market, known.decentralized && 'DEX', known.testnet && 'testnet',
  ].filter(Boolean);
}

function badges(connector) {
  return kinds(connector).map((kind) => h(kind === 'testnet' ? 'span.badge.testnet' : 'span.badge', {}, kind));
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const day = (time) => DAY.format(new Date(time));
const moment = (time) => MOMENT.format(new Date(time));

function ago(time) {
  const seconds = (new Date(time) - Date.now()) / 1000;
  const past = Math.abs(seconds);
  if (past < 60) return 'just now';
  if (past < 3600) return RELATIVE.format(Math.round(seconds / 60), 'minute');
  if (past < 86400) return RELATIVE.format(Math.round(seconds / 3600), 'hour');
  return past < 30 * 86400 ? RELATIVE.format(Math.round(seconds / 86400), 'day') : day(time);
}

const when = (time) => h('time', { datetime: time, title: moment(time) }, ago(time));
const count = (number, one, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

// ---------------------------------------------------------------- Messages and dialogs

// A message at the edge of the page that goes by itself; with an action it stays longer, and while it is looked at.
function toast(sentence, action, act) {
  const close = () => { clearTimeout(timer); element.remove(); };
  const element = h('div.toast', { role: 'status' }, h('p', {}, sentence),
    action && button(action, () => { close(); act(); }, { kind: 'link' }),
    button('×', close, { kind: 'close', 'aria-label': 'Close this message' }));
  let timer;
  const start = () => { timer = setTimeout(close, action ? 20_000 : 6_000); };
  for (const pause of ['focusin', 'pointerenter']) element.addEventListener(pause, () => clearTimeout(timer));
  for (const go of ['focusout', 'pointerleave']) element.addEventListener(go, () => { clearTimeout(timer); start(); });
  byId('toasts').append(element);
  announce(sentence);
  start();
}

// Opens a modal dialog; `build(dialog)` returns what is in it. Returns the dialog, which goes when it is closed.
function openDialog(title, build, { wide = false, onclose } = {}) {
  const heading = h('h2', { id: newId('title') }, title);
  const dialog = h(wide ? 'dialog.wide' : 'dialog', { 'aria-labelledby': heading.id });
  const opener = trailTo(document.activeElement);
  const close = button('×', () => dialog.requestClose?.() ?? dialog.close(), { kind: 'close', 'aria-label': 'Close' });
  add(dialog, [h('div.dialog-head', {}, heading, close), h('p.hidden.said', { role: 'status' }), build(dialog)]);
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose?.();
    // What opened it may have been made anew meanwhile.
    if (document.activeElement === document.body && !signInShown) follow(opener);
  });
  dialog.querySelector('input, select, textarea')?.setAttribute('autofocus', '');
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function problemBox(problem) {
  return h('div.problem', { role: 'alert' }, icon(ICONS.fault),
    h('div', {}, h('p', {}, problem.message), problem.hint && h('p', {}, problem.hint)));
}

// A small form in a dialog: fields, one button that does it, the problem if it does not work.
function formDialog(title, { intro, fields = [], action, kind = 'primary', perform }) {
  openDialog(title, (dialog) => {
    const place = h('div', {});
    const submit = h(`button.${kind}`, { type: 'submit' }, action);
    const form = h('form', { novalidate: true, autocomplete: 'off' },
      intro && h('div.intro', {}, intro), fields, place,
      h('div.actions', {}, button('Cancel', () => dialog.close()), submit));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isBusy(submit)) return;
      fill(place);
      setBusy(submit, true);
      try {
        await perform(dialog, place);
        dialog.close();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        fill(place, problemBox(problem));
      } finally {
        setBusy(submit, false);
      }
    });
    return form;
  });
}

function labelled(label, input, hint, { isRequired = false } = {}) {
  input.id ||= newId('input');
  const hintId = hint && newId('hint');
  if (hint) input.setAttribute('aria-describedby', hintId);
  if (isRequired) input.setAttribute('aria-required', 'true');
  return h('div.field', {},
    h('label', { htmlFor: input.id }, label, isRequired && h('span.required', { 'aria-hidden': 'true' }, ' *')),
    input.closest('.secret') ?? input, hint && h('p.hint', { id: hintId }, hint));
}

// A box for a secret, with a button that shows what is in it.
function secretBox(attributes = {}) {
  const input = h('input', {
    type: 'password', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'data-1p-ignore': true,
    ...attributes,
  });
  const toggle = button('Show', () => {
    const isShown = input.type === 'text';
    input.type = isShown ? 'password' : 'text';
    toggle.textContent = isShown ? 'Show' : 'Hide';
    toggle.setAttribute('aria-pressed', String(!isShown));
  }, { kind: 'show', 'aria-pressed': 'false', 'aria-label': 'Show what is entered' });
  h('div.secret', {}, input, toggle);
  // A one-line box drops the line breaks of a PEM; written as \n they survive.
  input.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text') ?? '';
    if (!/-----BEGIN [^-]+-----[\r\n]/.test(text)) return;
    event.preventDefault();
    input.setRangeText(text.trim().replace(/\r?\n/g, '\\n'), input.selectionStart, input.selectionEnd, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  return input;
}

// ---------------------------------------------------------------- Sign-in

let signInShown = false;

function signedOut(code) {
  if (signInShown) return;
  state.events?.close();
  state.events = null;
  state.verifying?.controller.abort();
  state.overview = null;
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  byId('toasts').replaceChildren();
  showSignIn(code === 'session_ended' ? 'You were signed out, by yourself or after a while without use.' : '');
}

async function showSignIn(reason) {
  signInShown = true;
  byId('bar').hidden = true;
  showConnection(true);
  document.title = 'Sign in · keys-manager';
  const user = h('input', { name: 'username', autocomplete: 'username', autocapitalize: 'off', spellcheck: 'false' });
  const password = secretBox({ name: 'password', autocomplete: 'current-password' });
  const config = secretBox({ autocomplete: 'off' });
  const configField = labelled('Config password', config,
    'The vault is locked. Enter its password to unlock it now, or leave this empty.');
  configField.hidden = true;
  const place = h('div', {});
  const submit = h('button.primary', { type: 'submit' }, 'Sign in');
  const form = h('form.panel.sign-in', { novalidate: true },
    h('h1', {}, 'Sign in'),
    h('p.quiet', {}, reason || 'With the login of the API. The first start wrote it to ~/.hummingbot/.env on the server.'),
    labelled('User', user), labelled('Password', password), configField, place,
    h('div.actions', {}, submit));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy(submit)) return;
    setBusy(submit, true);
    fill(place);
    try {
      await json('POST', '/v1/session', { body: { user: user.value, password: password.value } });
      const opening = configField.hidden ? '' : config.value;
      password.value = config.value = '';
      await start({ background: false });
      if (opening) await unlock(opening);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (byId('main').contains(place)) {
        fill(place, problemBox(problem.status === 401 ? new Problem(401, {
          detail: 'The user or the password is wrong.', hint: '',
        }) : problem));
        password.focus();
      } else {
        toast(problem.message);
      }
    } finally {
      setBusy(submit, false);
    }
  });
  fill(byId('main'), form);
  user.focus();
  const health = await fetch('/health').then((response) => response.json(), () => ({}));
  configField.hidden = health.vault !== 'locked';
}

async function signOut() {
  try {
    await ask('DELETE', '/v1/session');
  } catch (problem) {
    if (problem.status !== 401) {
      toast(`${problem.message} You are still signed in.`);
      return;
    }
  }
  signedOut('');
}

// ---------------------------------------------------------------- The bar: vault, password, sign-out

function showVault() {
  const { state: vault } = state.overview.vault;
  const isLocked = vault === 'locked';
  const words = { locked: 'Locked', unlocked: 'Unlocked', uninitialized: 'No vault yet' }[vault] ?? vault;
  const place = byId('vault');
  if (place.dataset.shown === vault) return;
  place.dataset.shown = vault;
  fill(place,
    h(`span.pill.${isLocked ? 'warn' : 'good'}`, {}, words),
    isLocked ? button('Unlock', unlockDialog) : vault === 'unlocked' && button('Lock', lock),
    vault !== 'uninitialized' && button('Change password', passwordDialog),
    button('Sign out', signOut));
}

async function lock() {
  try {
    await ask('POST', '/v1/vault/lock');
    toast('The vault is locked. Lists still work; adding, replacing and checking need the config password.');
    await refresh();
  } catch (problem) {
    toast(problem.message);
  }
}

async function unlock(password) {
  await ask('POST', '/v1/vault/unlock', { body: { password } });
  toast('The vault is unlocked.');
  await refresh();
}

function unlockDialog() {
  const password = secretBox({ autocomplete: 'off' });
  formDialog('Unlock the vault', {
    intro: h('p', {}, 'The config password is the one that Hummingbot asks for, not the login of this page.'),
    fields: [labelled('Config password', password)],
    action: 'Unlock',
    perform: () => unlock(password.value),
  });
}

function passwordDialog() {
  const current = secretBox({ autocomplete: 'off' });
  const fresh = secretBox({ autocomplete: 'new-password' });
  const again = secretBox({ autocomplete: 'new-password' });
  const leaves = h('input', { type: 'checkbox', id: newId('input') });
  const leavesField = h('p.check', { hidden: true }, leaves,
    h('label', { htmlFor: leaves.id }, 'Leave what does not open as it is'));
  let outcome;
  formDialog('Change the config password', {
    intro: [
      h('p', {}, 'Every secret is sealed anew under the new password, all of them or none.'),
      h('p', {}, 'Running bots keep copies under the old one, a running Hummingbot API must be restarted with the new one, '
        + 'and a Gateway’s passphrase is separate.'),
    ],
    fields: [
      labelled('Present config password', current), labelled('New config password', fresh),
      labelled('New config password again', again), leavesField,
    ],
    action: 'Change the password',
    perform: async (dialog, place) => {
      if (!fresh.value) throw new Problem(0, { detail: 'Enter the new password.' });
      if (fresh.value !== again.value) throw new Problem(0, { detail: 'The two new passwords differ.' });
      const bar = h('progress', { 'aria-label': 'Files sealed anew' });
      const words = h('p', { role: 'status' }, 'Opening the vault…');
      fill(place, bar, words);
      const body = { current: current.value, new: fresh.value, leave_unreadable: leaves.checked };
      for await (const line of lines('POST', '/v1/vault/password', { body })) {
        if (line.event === 'progress') {
          bar.max = Math.max(1, line.total);
          bar.value = line.opened;
          words.textContent = `${line.opened} of ${count(line.total, 'file')}`;
        } else if (line.event === 'error') {
          if (line.problem.code === 'damaged') leavesField.hidden = false;
          throw new Problem(line.status, line.problem);
        } else if (line.event === 'done') {
          outcome = line;
        }
      }
      if (!outcome) throw new Problem(0, NO_ANSWER);
      setTimeout(() => showResealed(outcome));
    },
  });
}

function showResealed(outcome) {
  openDialog('The password is changed', (dialog) => [
    h('p', {}, `${count(outcome.secrets, 'secret')} in ${count(outcome.files, 'file')} were sealed anew.`),
    outcome.password_file && h('p', {}, `The new password is in ${outcome.password_file}, too.`),
    outcome.left.length > 0 && [h('p', {}, 'Left as they were:'), h('ul', {}, outcome.left.map((name) => h('li', {}, name)))],
    outcome.notices.length > 0 && h('ul', {}, outcome.notices.map((notice) => h('li', {}, notice))),
    h('div.actions', {}, button('Done', () => dialog.close(), { kind: 'primary' })),
  ]);
  announce('The password is changed.');
}

// ---------------------------------------------------------------- Credentials

const SHOWN = {
  all: ['Everything', () => true],
  attention: ['What needs attention', needsAttention],
  unchecked: ['What was never checked', (credential) => !credential.verification],
  spot: ['Spot', (credential) => info(credential.connector).market === 'spot'],
  perpetual: ['Perpetual', (credential) => info(credential.connector).market === 'perpetual'],
  dex: ['DEX', (credential) => info(credential.connector).decentralized],
  testnet: ['Testnets', (credential) => info(credential.connector).testnet],
};

// The cards that are on the page, by account: { element, text, rows: [{ element, words, credential }] }.
let cards = new Map();
let view = null;

function showCredentials() {
  cards = new Map();
  const search = h('input.search', {
    type: 'search', placeholder: 'Search', 'aria-label': 'Search accounts, exchanges and connectors', value: state.search,
    oninput: () => { state.search = search.value; applyFilter(); },
  });
  const show = h('select', { 'aria-label': 'Show', onchange: () => { state.show = show.value; applyFilter(); } },
    Object.entries(SHOWN).map(([key, [words]]) => h('option', { value: key }, words)));
  show.value = state.show;
  view = {
    search,
    counts: h('p.quiet.counts', { role: 'status' }),
    notices: h('div', {}),
    progress: h('div', {}),
    welcome: h('div', {}),
    verify: button('Verify all', verifyAll),
    grid: h('div.grid', { onclick: openRow }),
    tools: h('div.tools', {}),
  };
  add(view.tools, [search, show, h('span.spacer'), view.verify, button('New account', accountDialog),
    button('Add credential', () => credentialDialog({}), { kind: 'primary' })]);
  fill(byId('main'), h('h1', {}, 'Credentials'), view.notices, view.welcome, view.tools, view.counts, view.progress, view.grid);
  showOverview();
}

function showOverview() {
  if (!state.overview || signInShown) return;
  showVault();
  byId('version').textContent = `keys-manager ${state.overview.version ?? ''}`.trim();
  if (!view?.grid.isConnected) {
    currentView?.update?.();
    return;
  }
  const { vault, accounts } = state.overview;
  const total = accounts.reduce((sum, account) => sum + account.credentials.length, 0);
  showNotices(vault);
  showWelcome(total);
  const isNew = total === 0 && accounts.length <= 1;
  for (const part of [view.tools, view.counts, view.grid]) part.hidden = isNew;
  view.verify.disabled = vault.state !== 'unlocked' || total === 0 || state.verifying !== null;
  const names = new Set(accounts.map((account) => account.name));
  for (const [name, card] of cards) {
    if (!names.has(name)) {
      card.element.remove();
      cards.delete(name);
    }
  }
  const focused = document.activeElement?.closest?.('[data-key]')?.dataset.key;
  let previous = null;
  for (const account of accounts) {
    const known = cards.get(account.name);
    const text = JSON.stringify(account);
    let card = known;
    if (known?.text !== text) {
      card = accountCard(account, text);
      if (known) known.element.replaceWith(card.element);
      cards.set(account.name, card);
    }
    if (card.element.parentNode !== view.grid || card.element.previousSibling !== previous) {
      if (previous) previous.after(card.element); else view.grid.prepend(card.element);
    }
    previous = card.element;
  }
  if (focused && document.activeElement === document.body) rowButton(focused)?.focus();
  applyFilter();
  // For the benchmark, and for whoever looks at the browser's own timeline.
  if (!performance.getEntriesByName('shown').length) performance.mark('shown');
}

const rowButton = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"] button`);

function showNotices(vault) {
  const notices = [];
  if (vault.state === 'locked') {
    notices.push(['The vault is locked: what is stored can be seen, removed and restored; adding, replacing and checking '
      + 'need its password.', button('Unlock', unlockDialog)]);
  }
  if (vault.state === 'uninitialized') {
    notices.push(['There is no vault here yet. Make one with `keys-manager vault create`, or start the server once with '
      + 'nothing configured.']);
  }
  for (const warning of vault.warnings) notices.push([warning]);
  const text = JSON.stringify(notices.map(([sentence]) => sentence));
  if (view.notices.dataset.shown === text) return;
  view.notices.dataset.shown = text;
  fill(view.notices, notices.map(([sentence, action]) =>
    h('div.notice', {}, icon(ICONS.warning), h('p', {}, sentence), action)));
}

function accountCard(account, text) {
  const rows = account.credentials.map((credential) => credentialRow(account.name, credential));
  const head = h('div.card-head', {},
    h('h2', {}, account.name),
    h('span.quiet', {}, account.credentials.length ? count(account.credentials.length, 'credential') : 'empty'),
    h('span.spacer'),
    button('Add', () => credentialDialog({ account: account.name }), { kind: 'link', 'aria-label': `Add a credential to ${account.name}` }),
    account.name !== 'master_account' && button('Delete', () => deleteAccount(account),
      { kind: 'link', 'aria-label': `Delete the account ${account.name}` }));
  const element = h('section.card', { 'aria-label': `Account ${account.name}` }, head,
    account.warnings.map((warning) => h('p.warning', {}, icon(ICONS.warning), warning)),
    rows.length
      ? h('ul.rows', {}, rows.map((row) => row.element))
      : h('p.quiet.empty', {}, 'No credentials yet.'));
  return { element, text, rows, name: account.name };
}

function credentialRow(account, credential) {
  const known = info(credential.connector);
  const { tone, words } = standing(credential);
  const report = credential.verification;
  const rights = rightsInWords(report?.rights);
  const element = h('li', { 'data-key': `${account}/${credential.connector}` },
    h('button.row', { type: 'button' },
      h('span.line', {},
        h('strong', {}, known.exchange), ' ', h('code', {}, credential.connector), ' ', badges(credential.connector),
        h('span.spacer'), h(`span.pill.${tone}`, {}, words)),
      rights && h('span.facts', {}, rights),
      h('span.quiet.facts', {}, report && ['checked ', when(report.checked_at), ' · '], 'saved ', when(credential.modified_at)),
      credential.problem && h('span.fault', {}, icon(ICONS.fault), credential.problem),
      report?.outcome !== 'valid' && report?.cure && h('span.fault', {}, icon(ICONS.fault), findings(report)),
      report?.warnings.map((warning) => h('span.warning', {}, icon(ICONS.warning), warning))));
  const said = [account, known.exchange, credential.connector, ...kinds(credential.connector), words];
  return { element, words: said.join(' ').toLowerCase(), credential };
}

function openRow(event) {
  const key = event.target.closest('button.row')?.parentNode.dataset.key;
  if (!key) return;
  const [account, connector] = key.split('/');
  credentialSheet(account, connector);
}

// Shows and hides what is there already, so that typing stays quick with thousands.
function applyFilter() {
  const wanted = state.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const isShown = SHOWN[state.show][1];
  const isFiltered = wanted.length > 0 || state.show !== 'all';
  let visible = 0, total = 0, attention = 0;
  for (const card of cards.values()) {
    let shown = 0;
    for (const row of card.rows) {
      const fits = isShown(row.credential) && wanted.every((word) => row.words.includes(word));
      if (row.element.hidden === fits) row.element.hidden = !fits;
      if (fits) shown += 1;
      total += 1;
      if (needsAttention(row.credential)) attention += 1;
    }
    visible += shown;
    const isNamed = state.show === 'all' && wanted.every((word) => card.name.toLowerCase().includes(word));
    const isHidden = isFiltered && shown === 0 && !isNamed;
    if (card.element.hidden !== isHidden) card.element.hidden = isHidden;
  }
  const parts = [count(cards.size, 'account'), count(total, 'credential')];
  if (attention) parts.push(`${count(attention, 'needs', 'need')} attention`);
  if (isFiltered) parts.push(`${visible.toLocaleString('en')} shown`);
  const sentence = parts.join(' · ');
  if (view.counts.textContent !== sentence) view.counts.textContent = sentence;
}

// ---------------------------------------------------------------- First run

function showWelcome(total) {
  if (total > 0) {
    view.welcome.replaceChildren();
    return;
  }
  if (view.welcome.firstChild) return;
  const chosen = h('p', {}, 'The exchange’s rules for keys appear here once you have chosen it.');
  const proceed = button('Enter the key', () => credentialDialog({ connector: picker.value }), { kind: 'primary', disabled: true });
  const picker = connectorPicker('Exchange and market', async (connector) => {
    proceed.disabled = !connector;
    if (!connector) return;
    const described = await description(connector);
    if (picker.value === connector) fill(chosen, described.note);
  });
  fill(view.welcome, h('section.panel.welcome', { 'aria-label': 'First steps' },
    h('h2', {}, 'Welcome. Three steps, and your bots can trade.'),
    h('ol.steps', {},
      h('li', {}, h('h3', {}, 'Choose the exchange'), picker.element),
      h('li', {}, h('h3', {}, 'Make a key there'), chosen,
        h('p.quiet', {}, 'Give it the rights to read and to trade, never the right to withdraw, and put the public IP '
          + 'address of the machine where your bots run on its list.')),
      h('li', {}, h('h3', {}, 'Paste it here'),
        h('p.quiet', {}, 'It is checked with the exchange before it is saved, and sealed in Hummingbot’s own files.'),
        h('div.actions', {}, proceed)))));
}

// ---------------------------------------------------------------- One credential

function credentialSheet(account, connector) {
  const known = info(connector);
  const body = h('div', {});
  const show = (note) => {
    const found = state.overview && credential(account, connector);
    if (!found) {
      dialog.close();
      return;
    }
    fill(body, sheetContent(account, found, note, { show, dialog }));
  };
  const dialog = openDialog(`${known.exchange} in ${account}`, () => body, { wide: true });
  dialog.classList.add('sheet');
  show();
}

function sheetContent(account, found, note, { show, dialog }) {
  const { connector } = found;
  const known = info(connector);
  const { tone, words } = standing(found);
  const report = found.verification;
  const isOpen = state.overview.vault.state === 'unlocked';
  const verify = button('Verify now', async () => {
    if (isBusy(verify)) return;
    setBusy(verify, true);
    verify.textContent = `Checking with ${known.exchange}…`;
    announce(verify.textContent);
    let outcome;
    try {
      found.verification = await json('POST', path(account, connector, 'verify'), { body: {} });
      outcome = null;
      announce(`${known.exchange}: ${standing(found).words}.`);
      await refresh();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      outcome = problemBox(problem);
    }
    if (dialog.isConnected) {
      show(outcome);
      dialog.querySelector('.actions button:last-child')?.focus();
    }
  }, { disabled: !isOpen });
  const fields = h('div', {});
  showStoredFields(account, connector, fields);
  return [
    h('p.line', {}, h('code', {}, connector), ' ', badges(connector), h('span.spacer'), h(`span.pill.${tone}`, {}, words)),
    note,
    found.problem && h('p.fault', {}, icon(ICONS.fault), found.problem),
    report && h('p', {}, findings(report), ' ',
      report.outcome !== 'valid' && report.sentence && report.cure),
    report?.warnings.map((warning) => h('p.warning', {}, icon(ICONS.warning), warning)),
    report?.rights && rightsTable(report.rights),
    h('p.quiet', {}, 'Saved ', when(found.modified_at), report ? [', checked ', when(report.checked_at)] : ', never checked', '.',
      typeof report?.clock_offset_ms === 'number' && ` The exchange’s clock is ${(report.clock_offset_ms / 1000).toFixed(1)} s ahead.`),
    fields,
    !isOpen && h('p.quiet', {}, 'The vault is locked; unlock it to check or replace this credential.'),
    h('div.actions', {},
      button('Remove', () => { dialog.close(); removeDialog(account, found); }, { kind: 'danger' }),
      h('span.spacer'),
      button('Replace', () => { dialog.close(); credentialDialog({ account, connector, isReplacement: true }); },
        { disabled: !isOpen }),
      verify),
  ];
}

function rightsTable(rights) {
  const known = RIGHTS.filter(([name]) => typeof rights[name] === 'boolean');
  const bound = boundInWords(rights.ip_list);
  if (!known.length && !bound) return null;
  return h('dl.rights', {},
    known.map(([name, words]) => [
      h('dt', {}, words[0].toUpperCase() + words.slice(1)),
      h(DANGEROUS.has(name) && rights[name] ? 'dd.bad' : 'dd', {}, rights[name] ? 'yes' : 'no'),
    ]),
    bound && [h('dt', {}, 'IP list'), h(rights.ip_list.on ? 'dd' : 'dd.bad', {}, rights.ip_list.on ? bound : 'none')],
    rights.created && [h('dt', {}, 'Made'), h('dd', {}, day(rights.created))],
    rights.expires && [h('dt', {}, 'Ends'), h('dd', {}, day(rights.expires))]);
}

async function showStoredFields(account, connector, place) {
  let details;
  try {
    details = await json('GET', path(account, connector), { background: true });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return;
  }
  fill(place, h('dl.stored', {}, details.fields.map((field) => {
    const value = field.secret ? (field.present ? 'stored, hidden' : 'none') : plain(field.value);
    return [h('dt', {}, field.label), h('dd', {}, value, field.problem && h('span.fault', {}, ` ${field.problem}`))];
  })));
}

// What the server shows of a secret inside a nested setting.
const VEIL = '<secret>';

function plain(value) {
  if (value === VEIL) return 'hidden';
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(plain).join(', ') || 'none';
  if (typeof value === 'object') {
    return Object.entries(value).map(([name, inner]) => `${name}: ${plain(inner)}`).join(', ') || 'default';
  }
  return String(value);
}

function removeDialog(account, found) {
  const { connector } = found;
  formDialog(`Remove ${connector}?`, {
    intro: h('p', {}, `The ${info(connector).exchange} credential of ${account} moves to the trash, from which it can be brought back. `
      + 'The key itself stays valid at the exchange: delete it there if it is not needed any more.'),
    action: 'Remove', kind: 'danger',
    perform: async () => {
      const headers = found.revision ? { 'If-Match': `"${found.revision}"` } : {};
      const { trash_entry: entry } = await json('DELETE', path(account, connector), { headers });
      await refresh();
      offerUndo(`Removed ${connector} from ${account}.`, entry);
    },
  });
}

function offerUndo(sentence, entry) {
  toast(sentence, entry && 'Undo', async () => {
    try {
      await json('POST', `/v1/trash/${encodeURIComponent(entry.id)}/restore`, { body: {} });
      toast('It is back.');
      await refresh();
      if (document.activeElement === byId('main')) rowButton(`${entry.account}/${entry.connector}`)?.focus();
    } catch (problem) {
      toast(problem.message);
    }
  });
}

// ---------------------------------------------------------------- Accounts

function accountDialog() {
  const name = h('input', { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: 64 });
  name.addEventListener('input', () => {
    const at = name.selectionStart;
    if (!/\s/.test(name.value)) return;
    name.value = name.value.replace(/\s/g, '_');
    name.setSelectionRange(at, at);
  });
  formDialog('New account', {
    intro: h('p', {}, 'An account is a set of credentials of its own; a bot runs with one of them.'),
    fields: [labelled('Name', name, 'Letters, digits, - and _; a space becomes _.')],
    action: 'Create',
    perform: async () => {
      await json('POST', '/v1/accounts', { body: { name: name.value } });
      toast(`Created ${name.value}.`);
      await refresh();
    },
  });
}

function deleteAccount(account) {
  const name = h('input', { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  formDialog(`Delete the account ${account.name}?`, {
    intro: h('p', {}, account.credentials.length
      ? `It moves to the trash with its ${count(account.credentials.length, 'credential')}, from which it can be brought back.`
      : 'It moves to the trash, from which it can be brought back.',
    ' Bots that run with it keep their copies.'),
    fields: [labelled(`Enter its name, ${account.name}, to confirm`, name)],
    action: 'Delete', kind: 'danger',
    perform: async () => {
      if (name.value.trim() !== account.name) throw new Problem(0, { detail: 'That is not the name of the account.' });
      const { trash_entry: entry } = await json('DELETE', `/v1/accounts/${encodeURIComponent(account.name)}`);
      await refresh();
      offerUndo(`Deleted ${account.name}.`, entry);
    },
  });
}

// ---------------------------------------------------------------- Verifying many

async function verifyAll() {
  const controller = new AbortController();
  const bar = h('progress', { 'aria-label': 'Credentials checked', max: 1, value: 0 });
  const words = h('p', { role: 'status' }, 'Starting…');
  state.verifying = { controller };
  const stop = button('Stop', () => controller.abort());
  fill(view.progress, h('div.running', {}, words, bar, stop));
  if (document.activeElement === view.verify) stop.focus();
  view.verify.disabled = true;
  let end = null;
  try {
    for await (const line of lines('POST', '/v1/verify', { body: {}, signal: controller.signal })) {
      if (line.event === 'start') bar.max = Math.max(1, line.total);
      if (line.event === 'error') throw new Problem(0, line.problem);
      if (line.event === 'end') end = line;
      if (line.event !== 'checked' && line.event !== 'failed') continue;
      bar.value = line.done;
      words.textContent = `${line.done} of ${line.total}: ${info(line.connector).exchange} in ${line.account}`;
      const found = state.overview && credential(line.account, line.connector);
      if (found && line.verification) {
        found.verification = line.verification;
        showOverview();
      }
    }
    if (end) toast(roundInWords(end));
  } catch (problem) {
    if (problem.name !== 'AbortError') toast(problem.message);
  } finally {
    state.verifying = null;
    const hadFocus = view.progress.contains(document.activeElement);
    view.progress.replaceChildren();
    if (hadFocus) {
      view.verify.disabled = false;
      view.verify.focus();
    }
    if (state.overview) refresh().catch(() => {});
  }
}

function roundInWords(end) {
  const parts = [
    end.valid && `${end.valid} work`, end.rejected && `${end.rejected} refused`,
    end.inconclusive && `${end.inconclusive} could not be checked`, end.failed && `${end.failed} could not be opened`,
    end.left_out && `${end.left_out} left out, since a check could disturb a running bot (open one to check it)`,
  ].filter(Boolean);
  return parts.length ? `All checked: ${parts.join(', ')}.` : 'There was nothing to check.';
}

// ---------------------------------------------------------------- Choosing a connector

const GROUPS = [
  ['Spot', (known) => known.market === 'spot' && !known.decentralized && !known.testnet],
  ['Perpetual', (known) => known.market === 'perpetual' && !known.decentralized && !known.testnet],
  ['DEX', (known) => known.decentralized && !known.testnet],
  ['Testnets', (known) => known.testnet],
];

// A box to type into with a list under it (the combobox pattern of ARIA 1.2).
function connectorPicker(label, onchoice, chosen = '') {
  const list = h('div.options', { role: 'listbox', id: newId('list'), 'aria-label': label, hidden: true });
  const input = h('input', {
    id: newId('input'), role: 'combobox', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
    'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list', 'aria-required': 'true',
    placeholder: 'Type to search, such as binance perpetual',
  });
  const none = h('p.hint', { role: 'status' });
  const picker = { value: chosen, input, element: null };
  let all = [];
  let active = -1;
  let isWanted = false; // Whether the list is to be open, once there is something in it.
  const options = () => [...list.querySelectorAll('[role=option]')];
  const isOpen = () => !list.hidden;

  function close() {
    isWanted = false;
    none.textContent = '';
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    active = -1;
  }

  function open(text) {
    isWanted = true;
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (known) => {
      const words = [known.name, known.exchange, known.market, known.decentralized && 'dex', known.testnet && 'testnet']
        .join(' ').toLowerCase();
      return wanted.every((word) => words.includes(word));
    };
    fill(list, GROUPS.map(([group, isOf]) => {
      const members = all.filter((known) => isOf(known) && fits(known));
      if (!members.length) return null;
      const title = h('div.group', { id: newId('group'), role: 'presentation' }, group);
      return h('div', { role: 'group', 'aria-labelledby': title.id }, title, members.map((known) =>
        h('div', { role: 'option', id: newId('option'), 'data-name': known.name, 'aria-selected': String(known.name === picker.value) },
          known.exchange, ' ', h('code', {}, known.name))));
    }));
    const isFound = list.firstChild !== null;
    none.textContent = isFound || !all.length ? '' : 'No connector is called that.';
    list.hidden = !isFound;
    input.setAttribute('aria-expanded', String(isFound));
    move(wanted.length && options().length ? 0 : -1);
  }

  function move(to) {
    const known = options();
    known[active]?.classList.remove('active');
    active = to;
    if (to < 0 || !known[to]) {
      input.removeAttribute('aria-activedescendant');
      return;
    }
    known[to].classList.add('active');
    known[to].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', known[to].id);
  }

  function choose(name) {
    picker.value = name;
    const known = all.find((connector) => connector.name === name);
    input.value = known ? `${known.exchange} – ${known.name}` : name;
    close();
    onchoice(name);
  }

  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => { if (!isOpen()) open(picker.value ? '' : input.value); });
  input.addEventListener('input', () => {
    if (picker.value) {
      picker.value = '';
      onchoice('');
    }
    open(input.value);
  });
  input.addEventListener('blur', () => setTimeout(() => {
    if (document.activeElement === input || !isOpen()) return;
    // What was typed in full counts as chosen.
    const typed = input.value.trim().toLowerCase().replace(/[-\s]/g, '_');
    const known = all.find((connector) => connector.name === typed);
    if (known) choose(known.name); else close();
  }, 150));
  input.addEventListener('keydown', (event) => {
    const length = options().length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen()) open(picker.value ? '' : input.value);
      else if (length) move((active + (event.key === 'ArrowDown' ? 1 : active < 0 ? 0 : -1) + length) % length);
    } else if (event.key === 'Enter' && isOpen()) {
      event.preventDefault();
      const option = options()[active] ?? (length === 1 ? options()[0] : null);
      if (option) choose(option.dataset.name);
    } else if (event.key === 'Escape' && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[role=option]');
    if (option) choose(option.dataset.name);
  });
  picker.element = h('div.field.picker', {}, h('label', { htmlFor: input.id }, label, h('span.required', { 'aria-hidden': 'true' }, ' *')),
    h('div.combo', {}, input, list), none);
  connectors().then((known) => {
    all = known;
    if (picker.value) choose(picker.value);
    if (isWanted) open(input.value);
  }, (problem) => toast(problem.message));
  return picker;
}

// ---------------------------------------------------------------- The fields of a connector

// What a field of a config map looks like: { element, read(), write(value), name }. `read` returns nothing for a blank.
function control(field, at, controls) {
  const made = CONTROLS[field.choices && field.kind !== 'modes' ? 'choice' : field.kind](field, at, controls);
  made.label = field.label;
  const fault = h('p.fault', { id: newId('fault'), hidden: true });
  made.element.append(fault);
  made.complain = (sentence) => {
    fill(fault, sentence && icon(ICONS.fault), sentence);
    fault.hidden = !sentence;
    for (const input of made.inputs) {
      if (sentence) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
      const described = (input.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && id !== fault.id);
      if (sentence) described.push(fault.id);
      if (described.length) input.setAttribute('aria-describedby', described.join(' '));
      else input.removeAttribute('aria-describedby');
    }
  };
  for (const input of made.inputs) input.addEventListener('input', () => made.complain(''));
  controls.set(at, made);
  return made;
}

function textControl(field, input) {
  return {
    element: labelled(field.label, input, field.hint, { isRequired: field.required }),
    inputs: [input],
    read: () => (input.value.trim() === '' ? undefined : input.value),
    write: (value) => { input.value = value === null || value === undefined ? '' : String(value); },
  };
}

const CONTROLS = {
  text: (field) => textControl(field, h('input', {
    autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', placeholder: field.default ?? '',
  })),
  secret(field) {
    const made = textControl(field, secretBox());
    return { ...made, write: (value) => made.write(value === VEIL ? '' : value) };
  },
  integer: (field) => textControl(field, h('input', {
    inputmode: 'numeric', autocomplete: 'off', placeholder: field.default ?? '',
  })),
  choice(field) {
    const select = h('select', {}, !field.required && field.default === null && h('option', { value: '' }, '–'),
      field.choices.map((choice) => h('option', { value: choice }, choice)));
    select.value = field.default ?? (field.required ? field.choices[0] : '');
    return textControl(field, select);
  },
  boolean(field) {
    const input = h('input', { type: 'checkbox', role: 'switch', id: newId('input'), checked: field.default === true });
    const hint = field.hint && h('p.hint', { id: newId('hint') }, field.hint);
    if (hint) input.setAttribute('aria-describedby', hint.id);
    return {
      element: h('div.field', {}, h('p.check', {}, input, h('label', { htmlFor: input.id }, field.label)), hint),
      inputs: [input],
      read: () => input.checked,
      write: (value) => { input.checked = value === true || /^(true|yes|on|1)$/i.test(String(value)); },
    };
  },
  list(field) {
    const box = h('textarea', {
      rows: 3, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
      placeholder: Array.isArray(field.default) ? field.default.join('\n') : '',
    });
    const one = textControl({ ...field, hint: `${field.hint} One on each line.`.trim() }, box);
    return {
      ...one,
      read: () => {
        const items = box.value.split('\n').map((line) => line.trim()).filter(Boolean);
        return items.length ? items : undefined;
      },
      write: (value) => { box.value = Array.isArray(value) ? value.join('\n') : String(value ?? ''); },
    };
  },
  // One of several models: a choice whose fields unfold under it.
  modes(field, at, controls) {
    const select = h('select', {}, field.modes.map((mode) => h('option', { value: mode.title }, mode.label)));
    const place = h('div.nested', {});
    let inner = [];
    const unfold = () => {
      for (const name of controls.keys()) if (name.startsWith(`${at}.`)) controls.delete(name);
      const mode = field.modes.find((known) => known.title === select.value);
      inner = mode.fields.filter((known) => known.asked_for || known.required)
        .map((known) => ({ name: known.name, made: control(known, `${at}.${known.name}`, controls) }));
      fill(place, inner.map(({ made }) => made.element));
      place.hidden = inner.length === 0;
    };
    const pick = (title) => {
      if (field.modes.some((mode) => mode.title === title)) select.value = title;
      unfold();
    };
    select.addEventListener('change', unfold);
    const element = h('div', {}, labelled(field.label, select, field.hint, { isRequired: field.required }), place);
    pick(modeOf(field, field.default));
    return {
      element,
      inputs: [select],
      read: () => ({ mode: select.value, ...values(inner) }),
      write: (value) => {
        pick(modeOf(field, value));
        if (value && typeof value === 'object') for (const { name, made } of inner) if (name in value) made.write(value[name]);
      },
    };
  },
  // Any number of named records of the same fields.
  records(field, at, controls) {
    const place = h('div', {});
    let records = [];
    const append = (name = '', value = {}) => {
      const box = h('input', { autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', value: name });
      const inside = new Map();
      const key = `${at}.${newId('record')}`;
      // Some texts may be empty and not absent: the server knows which.
      const inner = field.fields.map((known) => ({
        name: known.name, made: control(known, `${key}.${known.name}`, inside), blank: known.kind === 'text' && known.required ? '' : undefined,
      }));
      for (const each of inner) if (each.name in value) each.made.write(value[each.name]);
      const record = { box, inner, inside };
      record.element = h('fieldset.nested', {}, h('legend', {}, `${field.label}: one entry`), labelled('Name', box, '', { isRequired: true }),
        inner.map(({ made }) => made.element),
        button('Take this entry out', () => {
          records = records.filter((known) => known !== record);
          record.element.remove();
        }, { kind: 'link' }));
      records.push(record);
      place.append(record.element);
    };
    const more = button('Add an entry', () => {
      append();
      records.at(-1).box.focus();
    });
    const write = (value) => {
      records = [];
      place.replaceChildren();
      for (const [name, inner] of Object.entries(value ?? {})) append(name, inner);
    };
    if (field.default && typeof field.default === 'object') write(field.default);
    return {
      element: h('fieldset.field', {}, h('legend', {}, field.label), field.hint && h('p.hint', {}, field.hint), place, more),
      inputs: [],
      // An object without members stands for none, which nothing at all does not.
      read: () => Object.fromEntries(records.map(({ box, inner }) => [box.value.trim(), values(inner)])),
      write,
      find: (rest) => {
        const record = records.find(({ box }) => rest.startsWith(box.value.trim()));
        const name = record && rest.slice(record.box.value.trim().length + 1);
        return [...record?.inside ?? []].find(([key]) => key.endsWith(`.${name}`))?.[1];
      },
    };
  },
};

// The title of the mode that a value is of: named, or recognised by its members.
function modeOf(field, value) {
  if (typeof value === 'string') return value;
  const given = value && typeof value === 'object' ? value : {};
  const named = [given.mode, given.title, given.name].find((title) => field.modes.some((mode) => mode.title === title));
  if (named) return named;
  const names = Object.keys(given);
  const fitting = field.modes.find((mode) => names.length && names.every((name) => mode.fields.some((known) => known.name === name)));
  return (fitting ?? field.modes.find((mode) => !mode.fields.some((known) => known.required)) ?? field.modes[0]).title;
}

function values(fields) {
  return Object.fromEntries(fields.map(({ name, made, blank }) => [name, made.read() ?? blank]).filter(([, value]) => value !== undefined));
}

// ---------------------------------------------------------------- Pasted snippets

// What exchanges and people call a field, beside the names that the server knows.
const SYNONYMS = {
  key: ['api_key'], apikey: ['api_key'], access_key: ['api_key'], name: ['api_key'], api_key_name: ['api_key'],
  secret: ['api_secret', 'secret_key'], private_key: ['api_secret', 'secret_key'], apisecret: ['api_secret', 'secret_key'],
  secretkey: ['secret_key', 'api_secret'], password: ['passphrase'], api_passphrase: ['passphrase'], wallet: ['address'],
};

const asFieldName = (name) =>
  name.trim().replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[-\s]+/g, '_').toLowerCase();

// Reads a JSON object, or lines of NAME=value as in a .env file; nothing when it is neither.
function snippet(text) {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      const object = JSON.parse(trimmed);
      return Object.entries(object.values && typeof object.values === 'object' ? object.values : object);
    } catch {
      return null;
    }
  }
  const pairs = [];
  for (const line of trimmed.split(/\r?\n/)) {
    if (!line.trim() || line.trim().startsWith('#')) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z][\w.-]*)\s*[=:]\s*(.*?)\s*,?\s*$/.exec(line);
    if (!match) return null;
    pairs.push([match[1], match[2].replace(/^(["'])(.*)\1$/, '$2')]);
  }
  return pairs.length ? pairs : null;
}

function fieldNamed(fields, name) {
  const normal = asFieldName(name);
  const known = (wanted) => fields.find((field) => field.name === wanted || field.aliases.includes(wanted));
  const ending = (wanted) => {
    const fitting = fields.filter((field) => field.name.endsWith(`_${wanted}`));
    return fitting.length === 1 ? fitting[0] : undefined;
  };
  const names = [normal, ...SYNONYMS[normal] ?? []];
  for (const end of Object.keys(SYNONYMS)) if (normal.endsWith(`_${end}`)) names.push(...SYNONYMS[end]);
  for (const wanted of names) {
    const field = known(wanted) ?? ending(wanted)
      ?? fields.find((candidate) => candidate.aliases.some((alias) => wanted.endsWith(`_${alias}`)));
    if (field) return field;
  }
  return undefined;
}

// A name that no field has. What does not look like one may be a secret in the wrong place, and is not shown whole.
function shownAsName(name) {
  const isName = /^(?:[a-z][a-z0-9 _-]{0,19}|[A-Za-z][A-Za-z _-]{0,19})$/.test(name);
  return isName || name.length <= 4 ? name : `${name.slice(0, 4)}…`;
}

// Fills the fields from a snippet; says what came of it, or nothing when the text is none.
function fillFrom(text, fields, controls) {
  const pairs = snippet(text);
  if (!pairs) return null;
  const filled = [], strange = [];
  for (const [name, value] of pairs) {
    const field = fieldNamed(fields, name);
    if (!field || value === null || value === '') {
      if (!field) strange.push(shownAsName(name));
      continue;
    }
    const made = controls.get(field.name);
    made.write(field.kind === 'secret' ? String(value).trim().replace(/\r?\n/g, '\\n') : value);
    made.complain('');
    filled.push(field.label);
  }
  if (!filled.length) return 'Nothing in it fits a field of this connector.';
  return `Filled in: ${filled.join(', ')}.${strange.length ? ` Not known here: ${strange.join(', ')}.` : ''}`;
}

// ---------------------------------------------------------------- Adding and replacing

function credentialDialog({ account = 'master_account', connector = '', isReplacement = false }) {
  if (state.overview.vault.state === 'locked') {
    unlockDialog();
    return;
  }
  openDialog(isReplacement ? `Replace ${connector} in ${account}` : 'Add a credential', (dialog) => {
    const place = h('div', {});
    const accounts = h('select', { onchange: () => note() },
      state.overview.accounts.map(({ name }) => h('option', { value: name }, name)));
    accounts.value = account;
    const existing = h('div', {});
    // What was there when the person was told; a newer one is not replaced unseen.
    let present;
    const note = () => {
      present = credential(accounts.value, isReplacement ? connector : picker.value);
      fill(existing, !isReplacement && present && h('div.notice', {}, icon(ICONS.warning),
        h('p', {}, `${accounts.value} has a credential for ${picker.value} already. Saving replaces it; the old one moves to the trash.`)));
    };
    const choose = async (name) => {
      note();
      fill(place);
      if (!name) return;
      try {
        const described = await description(name);
        if (picker && picker.value !== name) return;
        fill(place, credentialForm(dialog, described, { account: () => accounts.value, present: () => present, note, isReplacement }));
        [...place.querySelectorAll('input, select, textarea')].find((input) => input.checkVisibility())?.focus();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        fill(place, problemBox(problem));
      }
    };
    const picker = isReplacement ? null : connectorPicker('Exchange and market', choose, connector);
    if (isReplacement) choose(connector);
    return h('div', {},
      !isReplacement && [labelled('Account', accounts, '', { isRequired: true }), picker.element, existing],
      isReplacement && h('p.quiet', {}, 'A replacement is complete in itself: enter every secret again. '
        + 'A running Hummingbot API notices a replaced key when it is restarted.'),
      place);
  }, { wide: true });
}

// The codes of a refusal because somebody else was faster.
const OVERTAKEN = new Set(['conflict', 'credential_exists', 'no_such_credential']);

function credentialForm(dialog, described, { account, present, note, isReplacement }) {
  const { fields, exchange, name: connector } = described;
  const controls = new Map();
  const made = fields.map((field) => ({ name: field.name, field, made: control(field, field.name, controls) }));
  const isPlain = ({ field }) => field.required || field.asked_for;
  const more = made.filter((each) => !isPlain(each));
  const status = h('p.running', { role: 'status', hidden: true });
  const place = h('div', { tabindex: '-1' });
  const submit = h('button.primary', { type: 'submit' }, 'Check and save');
  const said = h('p.hint', { role: 'status' });
  const pasteBox = h('textarea.veiled', { rows: 2, autocomplete: 'off', spellcheck: 'false', placeholder: '{"api_key": …}   or   API_KEY=…' });
  const take = () => {
    if (!pasteBox.value.trim()) return;
    const outcome = fillFrom(pasteBox.value, fields, controls);
    if (outcome !== null) pasteBox.value = '';
    said.textContent = outcome ?? 'This is neither a JSON object nor lines of NAME=value.';
  };
  // What is typed here is read when it is complete.
  pasteBox.addEventListener('input', (event) => { if (!/^(insert(Text|Line|Comp)|delete)/.test(event.inputType)) take(); });
  pasteBox.addEventListener('change', take);
  const form = h('form', { novalidate: true, autocomplete: 'off' },
    h('p.note', {}, described.note),
    described.compatibility_warning && h('p.warning', {}, icon(ICONS.warning), described.compatibility_warning),
    h('details.paste', {}, h('summary', {}, 'Paste JSON or .env lines instead'),
      labelled('A snippet with the values', pasteBox, 'It fills the fields below and is not kept.'), said),
    made.filter(isPlain).map((each) => each.made.element),
    more.length > 0 && h('details', {}, h('summary', {}, 'More settings'), more.map((each) => each.made.element)),
    place, status,
    h('div.actions', {}, button('Cancel', () => dialog.close()), submit));

  // Several lines pasted into one field are a snippet, too.
  form.addEventListener('paste', (event) => {
    if (event.target === pasteBox || event.defaultPrevented || event.target.tagName === 'TEXTAREA') return;
    const text = event.clipboardData?.getData('text') ?? '';
    if (!text.trim().startsWith('{') && !/\n/.test(text.trim())) return;
    const outcome = fillFrom(text, fields, controls);
    if (outcome === null) return;
    event.preventDefault();
    said.closest('details').open = true;
    said.textContent = outcome;
  });

  const save = async (choice) => {
    if (isBusy(submit)) return;
    for (const each of controls.values()) each.complain('');
    fill(place);
    setBusy(submit, true);
    form.setAttribute('aria-busy', 'true');
    status.hidden = false;
    const begin = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - begin) / 1000);
      status.textContent = choice.save_unverified || choice.verify === false ? 'Saving…'
        : `Checking with ${exchange}…${seconds > 1 ? ` ${seconds} s` : ''}`;
    };
    tick();
    const ticking = setInterval(tick, 1000);
    try {
      const known = present();
      const headers = known?.revision ? { 'If-Match': `"${known.revision}"` } : {};
      const saved = await json(known ? 'PUT' : 'POST', path(account(), connector), {
        body: { values: values(made), ...choice }, headers,
      });
      await refresh().catch(() => {});
      if (dialog.isConnected) showSaved(dialog, saved);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (OVERTAKEN.has(problem.code)) {
        problem.hint = 'Nothing was saved. Saving again puts this one in its place.';
        await refresh().catch(() => {});
        note();
      }
      if (dialog.isConnected) showRefusal(place, problem, { save, choice, controls, exchange });
    } finally {
      clearInterval(ticking);
      setBusy(submit, false);
      form.removeAttribute('aria-busy');
      status.hidden = true;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    save({});
  });
  if (isReplacement) prefill(account(), connector, controls);
  return form;
}

// A replacement begins with what may be shown of the credential before.
async function prefill(account, connector, controls) {
  try {
    const details = await json('GET', path(account, connector));
    for (const field of details.fields) {
      const value = field.value;
      if (!field.secret && value !== null && value !== undefined) controls.get(field.name)?.write(value);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

function showSaved(dialog, saved) {
  const report = saved.verification;
  const rights = rightsInWords(report?.rights);
  const again = button('Add another', () => {
    dialog.close();
    credentialDialog({ account: saved.account });
  });
  const done = button('Done', () => dialog.close(), { kind: 'primary' });
  const sentence = `${saved.was_replaced ? 'Replaced' : 'Added'} ${saved.connector} in ${saved.account}.`;
  fill(dialog.lastElementChild,
    h('p.success', {}, sentence),
    report && h('p', {}, findings(report), rights && ` ${rights}.`),
    !report && h('p', {}, 'The exchange was not asked.'),
    report?.warnings.map((warning) => h('p.warning', {}, icon(ICONS.warning), warning)),
    saved.notices.filter((notice) => !report?.warnings.includes(notice)).map((notice) => h('p.quiet', {}, notice)),
    saved.displaced && h('p.quiet', {}, 'The one before is in the trash. A running Hummingbot API notices the new one when it is restarted.'),
    h('div.actions', {}, again, done));
  done.focus();
  announce([sentence, report && findings(report), ...report?.warnings ?? []].filter(Boolean).join(' '));
}

// The cause and the cure, beside the fields that they concern; and what a person may decide against the advice.
function showRefusal(place, problem, { save, choice, controls, exchange }) {
  const report = problem.verification;
  const options = [];
  if (problem.code === 'key_rejected' && report?.causes.includes('too_much_power')) {
    const sure = h('input', { type: 'checkbox', id: newId('input') });
    const insist = button('Save all the same', () => save({ ...choice, allow_withdrawals: true }), { kind: 'danger', disabled: true });
    sure.addEventListener('change', () => { insist.disabled = !sure.checked; });
    options.push(h('p.check', {}, sure,
      h('label', { htmlFor: sure.id }, 'I want a key here with which funds can leave my account')), insist);
  } else if (problem.code === 'key_unverified' || report?.causes.includes('address_not_allowed')) {
    options.push(button('Save without checking', () => save({ ...choice, save_unverified: true })));
  } else if (problem.code === 'locked') {
    problem.hint = 'Nothing was saved. Unlock it, then save again.';
    options.push(button('Unlock', unlockDialog));
  }
  let first = null;
  for (const { field, message } of problem.fields) {
    const made = controls.get(field) ?? [...controls].map(([name, each]) =>
      field.startsWith(`${name}.`) && each.find?.(field.slice(name.length + 1))).find(Boolean)
      ?? [...controls].find(([name]) => field.startsWith(`${name}.`))?.[1];
    if (!made) continue;
    // Under its label, the field needs no name that programs know it by.
    made.complain(message.startsWith(`${field} `) ? made.label + message.slice(field.length) : message);
    made.element.closest('details')?.setAttribute('open', '');
    first ??= made.inputs[0];
  }
  const sentence = problem.code === 'invalid_input' && first ? 'Some fields need another look.' : problem.message;
  fill(place, h('div.problem', { role: 'alert' }, icon(ICONS.fault), h('div', {},
    h('p', {}, sentence), problem.hint && h('p', {}, problem.hint),
    report?.rights && h('p.quiet', {}, `${exchange} says: ${rightsInWords(report.rights)}.`),
    options.length > 0 && h('div.actions.left', {}, options))));
  (problem.code === 'invalid_input' && first ? first : place).focus();
}

// ---------------------------------------------------------------- Trash

async function showTrash() {
  const place = h('div', {}, h('p.quiet', {}, 'Loading…'));
  fill(byId('main'), h('h1', {}, 'Trash'),
    h('p.quiet', {}, 'What was removed or replaced stays here, sealed as it was, until you delete it for good.'), place);
  currentView.update = () => loadTrash(place);
  await loadTrash(place);
}

async function loadTrash(place) {
  let entries;
  try {
    entries = await json('GET', '/v1/trash', { background: true });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    fill(place, problemBox(problem));
    return;
  }
  const text = JSON.stringify(entries);
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  if (!entries.length) {
    fill(place, h('p.panel.center', {}, 'The trash is empty.'));
    return;
  }
  fill(place, h('div.scroll', { role: 'region', 'aria-label': 'Trash', tabindex: '0' }, h('table', {},
    h('thead', {}, h('tr', {}, ['What', 'Account', 'Why', 'When', 'Actions'].map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, entries.map(trashRow)))),
  h('div.actions', {}, button('Empty the trash', () => purgeDialog(entries.length), { kind: 'danger' })));
}

function trashRow(entry) {
  const what = entry.kind === 'account'
    ? ['Account with ', count(entry.contents.length, 'credential')]
    : [info(entry.connector).exchange, ' ', h('code', {}, entry.connector)];
  const name = entry.kind === 'account' ? `the account ${entry.account}` : `${entry.connector} of ${entry.account}`;
  return h('tr', {}, h('td', {}, what), h('td', {}, entry.account), h('td', {}, entry.reason),
    h('td', {}, when(entry.deleted_at)),
    h('td.row-actions', {},
      button('Restore', () => restore(entry), { 'aria-label': `Restore ${name}` }),
      button('Delete for good', () => purgeDialog(1, entry, name), { kind: 'link', 'aria-label': `Delete ${name} for good` })));
}

async function restore(entry, force = false) {
  try {
    await json('POST', `/v1/trash/${encodeURIComponent(entry.id)}/restore`, { body: { force } });
    toast(entry.kind === 'account' ? `The account ${entry.account} is back.` : `${entry.connector} is back in ${entry.account}.`);
    await refresh();
    currentView.update?.();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code !== 'credential_exists' && problem.code !== 'account_exists') {
      toast([problem.message, problem.hint].filter(Boolean).join(' '));
      return;
    }
    formDialog('There is one already', {
      intro: h('p', {}, `${problem.message} If this one takes its place, the present one moves to the trash in its turn.`),
      action: 'Restore and exchange',
      perform: async () => { await restore(entry, true); },
    });
  }
}

function purgeDialog(number, entry, name) {
  formDialog(entry ? 'Delete for good?' : 'Empty the trash?', {
    intro: h('p', {}, entry ? `Nothing can bring ${name} back afterwards.`
      : `Nothing can bring the ${count(number, 'entry', 'entries')} back afterwards.`),
    action: 'Delete for good', kind: 'danger',
    perform: async () => {
      await json('DELETE', entry ? `/v1/trash/${encodeURIComponent(entry.id)}` : '/v1/trash?older_than=0');
      toast('Deleted for good.');
      currentView.update?.();
    },
  });
}

// ---------------------------------------------------------------- Log

const LOG_STEP = 200;

async function showLog() {
  const search = h('input.search', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter the log' });
  const failures = h('input', { type: 'checkbox', id: newId('input') });
  const place = h('div', {}, h('p.quiet', {}, 'Loading…'));
  let wanted = LOG_STEP;
  let records = [];
  const show = () => fill(place, logTable(records, search.value, failures.checked),
    records.length >= wanted && h('div.actions.left', {}, button('Show more', () => {
      wanted *= 2;
      load();
    })));
  const load = async () => {
    try {
      ({ records } = await json('GET', `/v1/log?last=${wanted}`, { background: true }));
      show();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      fill(place, problemBox(problem));
    }
  };
  search.addEventListener('input', show);
  failures.addEventListener('change', show);
  fill(byId('main'), h('h1', {}, 'Log'),
    h('p.quiet', {}, 'Who did what with this vault. It never holds a secret; ', h('code', {}, 'keys-manager log verify'), ' checks its chain.'),
    h('div.tools', {}, search, h('p.check', {}, failures, h('label', { htmlFor: failures.id }, 'Only what failed'))), place);
  currentView.update = load;
  await load();
}

// A change has two records: what was wanted and what became of it. One row shows both.
function logTable(records, text, onlyFailures) {
  const rows = [];
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const outcomes = new Map(records.filter((record) => record.of !== undefined).map((record) => [record.of, record]));
  const intents = new Set(records.filter((record) => record.event === 'intent').map((record) => record.n));
  for (const record of records.toReversed()) {
    if (record.of !== undefined && intents.has(record.of)) continue;
    const end = outcomes.get(record.n) ?? record;
    const outcome = end.outcome ?? (record.event === 'intent' ? 'under way' : 'noted');
    const who = record.login ?? record.user ?? '';
    const isBad = outcome === 'failed' || outcome === 'interrupted' || /fail/.test(record.action ?? '');
    const cells = [
      (record.action ?? '').replaceAll('_', ' ').replaceAll('.', ' '), [record.account, record.connector].filter(Boolean).join(' / '),
      outcome, [end.detail ?? record.detail, end.count > 1 ? `${end.count} times` : ''].filter(Boolean).join(', '),
      [who, record.address, record.door && `by ${record.door}`].filter(Boolean).join(' '),
    ];
    const words = cells.join(' ').toLowerCase();
    if (onlyFailures && !isBad || !wanted.every((word) => words.includes(word))) continue;
    rows.push(h('tr', {}, h('td', {}, h('time', { datetime: record.time }, moment(record.time))),
      cells.map((cell, at) => h(at === 2 && isBad ? 'td.bad' : 'td', {}, cell))));
  }
  if (!rows.length) return h('p.panel.center', {}, 'Nothing to show.');
  return h('div.scroll', { role: 'region', 'aria-label': 'Log', tabindex: '0' }, h('table', {},
    h('thead', {}, h('tr', {}, ['When', 'What', 'Where', 'Outcome', 'More', 'Who'].map((title) => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, rows)));
}

// ---------------------------------------------------------------- Start

const VIEWS = {
  '#/': ['Credentials', showCredentials], '#/trash': ['Trash', showTrash], '#/log': ['Log', showLog],
};

let currentView = {};

function route({ isFirst = false } = {}) {
  if (signInShown || !state.overview) return;
  const key = VIEWS[location.hash] ? location.hash : '#/';
  const [title, show] = VIEWS[key];
  for (const link of document.querySelectorAll('.bar nav a')) {
    if (link.getAttribute('href') === key) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${title} · keys-manager`;
  currentView = {};
  show();
  if (!isFirst) byId('main').focus();
}

async function start({ background }) {
  state.overview = await json('GET', '/v1/overview', { background });
  signInShown = false;
  byId('bar').hidden = false;
  byId('vault').dataset.shown = '';
  showVault();
  route({ isFirst: true });
  listen();
}

addEventListener('hashchange', () => route());
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});
// A page that the browser keeps for its Back button must not show later what a session saw that has ended meanwhile.
addEventListener('pagehide', (event) => {
  if (!event.persisted) return;
  state.events?.close();
  for (const part of document.querySelectorAll('main, dialog, .bar, .toasts')) part.remove();
});
addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.closest?.('input, textarea, select, dialog');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector('.search');
  if (!search) return;
  event.preventDefault();
  search.focus();
});
// Ages such as "3 minutes ago" grow while nothing else changes.
setInterval(() => {
  for (const time of document.querySelectorAll('main time[title]')) time.textContent = ago(time.dateTime);
}, 60_000);

start({ background: false }).catch((problem) => {
  if (signInShown) return;
  if (!(problem instanceof Problem)) throw problem;
  fill(byId('main'), h('div.panel', {}, h('h1', {}, 'The credentials cannot be shown'), problemBox(problem),
    h('div.actions.left', {}, button('Try again', () => location.reload(), { kind: 'primary' }))));
});
