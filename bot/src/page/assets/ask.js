// Requests to our own server, and what may go wrong with them.

/** What the server or the network refused; `code` names the kind. */
export class Refused extends Error {
  constructor(code, title, detail, retryAfter) {
    super(title);
    Object.assign(this, { code, detail, retryAfter });
  }
}

async function request(path, key, options = {}) {
  // The mark proves to the server that this page asks: no other site can make a browser send it.
  const headers = { 'X-Support-Triage-Page': '1', ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers, credentials: 'omit', cache: 'no-store', redirect: 'error' });
  } catch {
    throw new Refused('network', 'network', '');
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  const code = String(body?.type ?? '').split(':').pop() || `http_${response.status}`;
  throw new Refused(code, body?.title ?? String(response.status), body?.detail ?? '', body?.retry_after);
}

export const policy = (key) => request('/v1/policy', key);

export const classify = (key, question) =>
  request('/v1/classify', key, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(question) });
