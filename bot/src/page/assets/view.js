// Draws a decision. `both` holds it in Russian and in English; `lang` is the language of the page.

import { byId, el, put } from './dom.js';
import { badge, titleOf, topic } from './policy.js';
import { pieces } from './spans.js';

// Nothing decided by likelihood is certain, so the last percent is never shown.
const percent = (share) => (share < 0.005 ? '< 1 %' : `${Math.min(99, Math.round(share * 100))} %`);

// What does not hold comes first.
const ORDER = ['unmet', 'unknown', 'met'];
const byState = (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state);

export function draw(ticket, both, lang, t) {
  const decision = both[lang];
  put('verdict',
    el('span', { class: `badge ${decision.verdict}` }, t.verdicts[decision.verdict]),
    decision.topic ? titleOf(decision.topic, lang) : '',
    el('span', { class: 'sure' }, `${t.sure} ${percent(decision.confidence)}`));
  put('explanation', decision.explanation, decision.truncated ? ` ${t.truncated}` : '');
  byId('question').hidden = !decision.question;
  put('question', decision.question ?? '');
  drawMarked(ticket, decision);
  const wants = decision.why.wants.map((want) => t.wants[want] ?? want);
  const said = wants.length ? `${t.asked}: ${wants.join(', ')}. ` : '';
  put('asked', said, decision.evidence.length || !decision.topic ? '' : t.noEvidence);
  put('replies', reply(both.ru, 'ru', t), reply(both.en, 'en', t));
  put('ranking', ...decision.topics.slice(0, 6).map((ranked) => el(
    'li', {},
    el('span', {}, titleOf(ranked.topic, lang), ' ', topic(ranked.topic) ? badge(topic(ranked.topic), t) : '', el('br'), el('span', { class: 'id' }, ranked.topic)),
    el('meter', { min: 0, max: 1, value: ranked.score, 'aria-label': titleOf(ranked.topic, lang) }, percent(ranked.score)),
    el('span', { class: 'share' }, percent(ranked.score)),
  )));
  put('requirements', ...[...(decision.requirements ?? [])].sort(byState).map((found) => el(
    'li', {},
    el('span', { class: `badge ${found.state}` }, t.states[found.state]), ' ', found.title,
    found.state === 'met' ? '' : el('div', { class: 'text' }, found.text),
  )));
  put('evidence', ...decision.why.evidence.map((found) => el(
    'tr', {},
    el('td', {}, found.text),
    el('td', {}, (found.weight > 0 ? '+' : '') + found.weight.toFixed(1)),
    el('td', {}, titleOf(found.topic, lang)),
    el('td', { class: 'id' }, found.rule || t.learned),
  )));
  byId('result').hidden = false;
}

function drawMarked(ticket, decision) {
  const found = decision.evidence.map(({ start, end }) => ({ start, end, kind: 'mark' }));
  const refused = decision.why.refused.map(({ start, end }) => ({ start, end, kind: 's' }));
  const parts = [];
  let last = null;
  for (const { text, kinds } of pieces(ticket, [...found, ...refused])) {
    const tag = kinds.includes('mark') ? 'mark' : kinds[0];
    // Neighbours of one kind are one mark to the reader, however many rules found them.
    if (last && tag === last.tag) last.part.append(text);
    else {
      last = { tag, part: tag ? el(tag, {}, text) : el('span', {}, text) };
      parts.push(last.part);
    }
  }
  put('marked', ...parts);
}

function reply(decision, lang, t) {
  const copy = el('button', { type: 'button', class: 'quiet', onclick: async () => {
    try {
      await navigator.clipboard.writeText(decision.reply);
      copy.textContent = t.copied;
    } catch {
      // Not allowed, or not over https: the text can still be selected.
      getSelection()?.selectAllChildren(text);
    }
  } }, t.copy);
  const text = el('div', { class: 'reply', lang, tabindex: 0, role: 'region', 'aria-label': t[lang] }, decision.reply);
  return el('div', {}, el('div', { class: 'reply-head' }, el('span', {}, t[lang]), copy), text);
}
