// Elements from data. Text goes in as text nodes only, so nothing a ticket says can become markup.

export const byId = (id) => document.getElementById(id);

/** An element with properties (`class`, `lang`, …) and children: elements or texts. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

export const put = (id, ...children) => byId(id).replaceChildren(...children);
