// The page: what is typed goes to the server, what comes back is drawn.

import * as ask from './ask.js';
import { byId, el, put } from './dom.js';
import * as facts from './facts.js';
import * as policy from './policy.js';
import { wellFormed } from './spans.js';
import { strings } from './strings.js';
import * as view from './view.js';

const open = document.body.dataset.open === 'true';
const state = { lang: 'ru', ticket: '', both: null, facts: {} };
const t = () => strings[state.lang];
const key = () => (open ? '' : byId('key').value.trim());

function drawAll() {
  document.documentElement.lang = state.lang;
  for (const found of document.querySelectorAll('[data-t]')) found.textContent = t()[found.dataset.t];
  for (const found of document.querySelectorAll('[data-label]')) found.setAttribute('aria-label', t()[found.dataset.label]);
  for (const lang of ['ru', 'en']) byId(`lang-${lang}`).setAttribute('aria-pressed', String(lang === state.lang));
  put('examples', ...t().samples.map(([name, text]) => el('button', { type: 'button', class: 'quiet', onclick: () => { byId('ticket').value = text; decide(); } }, name)));
  facts.draw(t());
  policy.draw(state.lang, t());
  policy.drawChoice(state.lang, t());
  if (state.both) view.draw(state.ticket, state.both, state.lang, t());
}

function tell(error) {
  const refused = error instanceof ask.Refused ? error : new ask.Refused('other', String(error), '');
  const known = t().problems[refused.code];
  const parts = [known ?? `${t().problems.other} ${refused.message}.`];
  if (refused.retryAfter) parts.push(t().retry(refused.retryAfter));
  else if (refused.detail && refused.code !== 'unauthorized') parts.push(refused.detail);
  put('problem', parts.join(' '));
  if (refused.code === 'unauthorized' && !open) byId('key').focus();
}

async function loadPolicy() {
  if (!open && !key()) return;
  try {
    policy.set(await ask.policy(key()));
    policy.draw(state.lang, t());
    policy.drawChoice(state.lang, t());
  } catch (error) {
    tell(error);
  }
}

let turn = 0;

async function decide() {
  const ticket = wellFormed(byId('ticket').value);
  if (!ticket.trim()) {
    byId('ticket').focus();
    return;
  }
  turn += 1;
  const mine = turn;
  put('problem');
  put('busy', t().busy);
  byId('submit').disabled = true;
  try {
    if (!policy.topics().length) await loadPolicy();
    const known = facts.read();
    const answer = await ask.classify(key(), { tickets: [{ text: ticket, lang: 'ru' }, { text: ticket, lang: 'en' }], facts: known, explain: true });
    if (mine !== turn) return;
    const [ru, en] = answer.decisions;
    Object.assign(state, { ticket, facts: known, both: { ru, en } });
    byId('why').value = '';
    put('because');
    put('problem');
    view.draw(ticket, state.both, state.lang, t());
    byId('verdict').focus();
  } catch (error) {
    if (mine === turn) tell(error);
  } finally {
    if (mine === turn) {
      put('busy');
      byId('submit').disabled = false;
    }
  }
}

async function whyNot() {
  const chosen = byId('why').value;
  put('because');
  if (!chosen || !state.both) return;
  try {
    const { ticket } = state;
    const answer = await ask.classify(key(), { text: ticket, lang: state.lang, why_not: [chosen] });
    if (ticket !== state.ticket || byId('why').value !== chosen) return;
    const { because } = answer.why.why_not[0];
    put('because', because ? el('span', { lang: 'en' }, because) : t().whyWon);
  } catch (error) {
    tell(error);
  }
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  decide();
});
byId('ticket').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    decide();
  }
});
byId('clear').addEventListener('click', () => {
  turn += 1;
  byId('ticket').value = '';
  facts.clear();
  Object.assign(state, { ticket: '', both: null, facts: {} });
  byId('result').hidden = true;
  byId('submit').disabled = false;
  put('problem');
  put('busy');
  byId('ticket').focus();
});
byId('why').addEventListener('change', whyNot);
byId('key').addEventListener('change', loadPolicy);
for (const lang of ['ru', 'en']) {
  byId(`lang-${lang}`).addEventListener('click', () => {
    state.lang = lang;
    drawAll();
  });
}

byId('key-field').hidden = open;
if (!navigator.language.toLowerCase().startsWith('ru') && navigator.language.toLowerCase().startsWith('en')) state.lang = 'en';
drawAll();
loadPolicy();
document.body.dataset.ready = 'true';
