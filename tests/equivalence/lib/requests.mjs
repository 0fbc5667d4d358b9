// Requests: short names for the usual ones, and a set that fits any endpoint.

import { readFileSync } from 'node:fs';
import path from 'node:path';

export const get = (path, headers) => ({ method: 'GET', path, headers });
export const head = (path, headers) => ({ method: 'HEAD', path, headers });
export const options = (path, headers) => ({ method: 'OPTIONS', path, headers });
export const bare = (method, path, headers) => ({ method, path, headers });
export const send = (method, path, type, body, headers) => ({
  method,
  path,
  headers: { ...(type === null ? {} : { 'Content-Type': type }), ...headers },
  body,
});
export const json = (method, path, value, headers) => send(method, path, 'application/json', JSON.stringify(value), headers);
export const form = (method, path, body, headers) => send(method, path, 'application/x-www-form-urlencoded', body, headers);
export const text = (method, path, body, headers) => send(method, path, 'text/plain', body, headers);
export const malformed = (method, path) => send(method, path, 'application/json', '{"name": ');

/** A form in parts, from `field` and `file`; without `end`, one that breaks off. */
export const multipart = (path, parts, end = '--routelift--\r\n') =>
  send('POST', path, 'multipart/form-data; boundary=routelift', parts.join('') + end);
export const field = (name, value) => `--routelift\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
export const file = (name, filename, type, content) =>
  `--routelift\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
  `Content-Type: ${type}\r\n\r\n${content}\r\n`;

/** Every kind of body to `path`: JSON, forms, text, empty, malformed, without a type. */
export const bodies = (path) => [
  bare('POST', path),
  json('POST', path, { name: 'Ada', n: 1 }),
  json('POST', path, [1, 2]),
  json('POST', path, null),
  json('POST', path, 'text'),
  json('POST', path, 0),
  send('POST', path, 'application/json', ''),
  send('POST', path, 'application/json', ' '),
  send('POST', path, 'application/json; charset=utf-8', '{"name":"é"}'),
  send('POST', path, 'application/ld+json', '{"name":"ld"}'),
  send('POST', path, 'application/vnd.api+json', '{"name":"vnd"}'),
  malformed('POST', path),
  form('POST', path, 'name=Ada+L&n=1&n=2'),
  form('POST', path, ''),
  text('POST', path, '{"name":"text"}'),
  text('POST', path, ''),
  send('POST', path, null, '{"name":"untyped"}'),
  send('POST', path, 'application/octet-stream', 'bytes'),
];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Names that the sources take from `req.query`, `req.body` and `req.cookies`, and the headers they read. */
function harvest(sources) {
  const found = { query: new Set(), body: new Set(), cookies: new Set(), headers: new Set() };
  for (const source of sources) {
    for (const [, part, name] of source.matchAll(/\b(query|body|cookies)\??\.(\w+)/g)) found[part].add(name);
    for (const [, names, part] of source.matchAll(/\{([^{}]*)\}\s*(?::[^=]*)?=\s*(?:await )?\(?\w*\.?(query|body|cookies)\b/g)) {
      for (const [, name] of names.matchAll(/(?:^|,)\s*(\w+)/g)) found[part].add(name);
    }
    for (const [, a, b] of source.matchAll(/headers(?:\.(\w+)|\[['"]([\w-]+)['"]\])/g)) found.headers.add(a ?? b);
  }
  return found;
}

function pathOf(route) {
  return route.replace(/\/\[\[\.\.\.\w+\]\]/, '/one/two').replace(/\[\.\.\.\w+\]/, 'one/two').replace(/\[\w+\]/g, 'a%20b');
}

/** Requests for an endpoint of which nothing is known but its sources. */
export function automatic(root, endpoint) {
  const url = pathOf(endpoint.route);
  const names = harvest(sourcesOf(root, endpoint.file));
  const query = [...names.query].slice(0, 4);
  const search = (names) => (names.length > 0 ? `?${names.map((name) => `${name}=7`).join('&')}` : '');
  const body = Object.fromEntries([...names.body].slice(0, 6).map((name, index) => [name, index % 2 ? index : `text ${name}`]));
  const cookie = [...names.cookies, 'session'].map((name) => `${name}=abc`).join('; ');
  const headers = Object.fromEntries([...names.headers].filter((name) => !/^(host|content-)/.test(name)).map((name) => [name, 'value']));

  const list = METHODS.map((method) => bare(method, url));
  for (const method of METHODS) {
    list.push(bare(method, `${url}${search([...query, 'other'])}`, { ...headers, Cookie: cookie }));
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    list.push(json(method, url + search(query), body, { ...headers, Cookie: cookie }), json(method, url, body));
  }
  for (const name of query) list.push(get(`${url}?${name}=1&${name}=2`), get(`${url}?${name}=`), get(url + search(query.filter((other) => other !== name))));
  list.push(json('POST', url, {}), json('POST', url, [1]), json('POST', url, 'text'), send('POST', url, 'application/json', ''));
  list.push(malformed('POST', url), form('POST', url, new URLSearchParams(body).toString() || 'a=1&a=2'), text('POST', url, JSON.stringify(body)));
  if (endpoint.route.includes('[')) list.push(get(`${url}?id=9`), get(endpoint.route.replace(/\/\[\[.*$/, '').replace(/\[.*?\]/g, '%C3%A9%2Fx')));
  return list;
}

function sourcesOf(root, file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [text];
}
