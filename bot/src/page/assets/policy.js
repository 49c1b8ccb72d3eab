// The policy, to be browsed, and the titles of its topics.

import { byId, el, put } from './dom.js';

let known = null;

export const set = (policy) => { known = policy; };
export const topics = () => (known?.categories ?? []).flatMap((category) => category.topics);
export const topic = (id) => topics().find((found) => found.id === id);

export const titleOf = (id, lang) => topic(id)?.title[lang] ?? id;

const badge = (found, t) => el('span', { class: `badge ${found.side === 'in' ? 'in_scope' : 'out_of_scope'}` }, t.sides[found.side]);

export function draw(lang, t) {
  if (!known) {
    put('policy-about', t.needKey);
    put('policy');
    return;
  }
  const about = [`${known.name} · ${t.version} ${known.policy}`];
  if (/^https:\/\//.test(known.source)) about.push(' · ', el('a', { href: known.source, rel: 'noreferrer noopener' }, t.source));
  put('policy-about', ...about);
  put('policy', ...known.categories.map((category) => el(
    'details', {},
    el('summary', {}, category.title[lang]),
    el('ul', {}, ...category.topics.map((found) => el(
      'li', {},
      el('span', {}, found.title[lang], ' ', el('span', { class: 'id' }, found.id)),
      badge(found, t),
      found.advice ? el('span', { class: 'id' }, t.advice) : '',
    ))),
  )));
}

/** The list to choose a topic from; the one chosen stays chosen. */
export function drawChoice(lang, t) {
  const list = byId('why');
  const before = list.value;
  list.replaceChildren(el('option', { value: '' }, t.whyPick), ...(known?.categories ?? []).map((category) => el(
    'optgroup', { label: category.title[lang] },
    ...category.topics.map((found) => el('option', { value: found.id }, `${found.title[lang]} (${t.sides[found.side]})`)),
  )));
  list.value = before;
}

export { badge };
