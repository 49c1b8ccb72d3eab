// The form of what is known about the writer and the portal.

import { byId, el } from './dom.js';

const TRUTH = ['true', 'false'];

/** `[name, kind, choices]`; the names are those of the API. */
const FACTS = [
  ['administrator', 'choice', TRUTH],
  ['employee', 'choice', TRUTH],
  ['edition', 'choice', ['self_hosted', 'cloud']],
  ['licence', 'choice', ['commercial', 'demo', 'nfr', 'expired']],
  ['licence_valid_until', 'date'],
  ['updates_installed', 'choice', TRUTH],
  ['outbound_access', 'choice', TRUTH],
  ['public_address', 'text'],
  ['certificate.self_signed', 'choice', TRUTH],
  ['certificate.valid_until', 'date'],
  ['certificate.names', 'text'],
  ['pub_readable', 'choice', TRUTH],
];

const idOf = (name) => `fact-${name.replace('.', '-')}`;

/** Draws the form; what was chosen before stays chosen. */
export function draw(t) {
  const fields = FACTS.map(([name, kind, choices]) => {
    const id = idOf(name);
    const before = byId(id)?.value ?? '';
    const field = kind === 'choice'
      ? el('select', { id }, el('option', { value: '' }, t.unknownFact), ...choices.map((choice) => el('option', { value: choice }, t.choices[choice])))
      : el('input', { id, type: kind, maxlength: 400, autocomplete: 'off', spellcheck: 'false', placeholder: t.placeholders[name] ?? null });
    field.value = before;
    return el('div', {}, el('label', { for: id }, t.factNames[name]), field);
  });
  byId('facts').replaceChildren(...fields);
}

/** The facts as the API takes them; what is not filled in is not there. */
export function read() {
  const facts = {};
  for (const [name, kind, choices] of FACTS) {
    const value = byId(idOf(name)).value.trim();
    if (!value) continue;
    const [outer, inner] = name.split('.');
    let fact = choices === TRUTH ? value === 'true' : value;
    if (name === 'certificate.names') fact = value.split(/[,\s]+/).filter(Boolean);
    if (inner) facts[outer] = { ...facts[outer], [inner]: fact };
    else facts[outer] = fact;
  }
  return facts;
}

export function clear() {
  for (const [name] of FACTS) byId(idOf(name)).value = '';
}
