// What every endpoint of a random program is asked.

import { bare, form, get, json, text } from '../lib/requests.mjs';

const visitor = { Authorization: 'Bearer t', 'X-A': 'a', Cookie: 'sid=7' };

/** The requests for `/api/e0` to `/api/e<count - 1>`. */
export const requests = (routes) =>
  routes.flatMap((route) => [
    get(route),
    get(`${route}?id=1`),
    get(`${route}?id=1`, visitor),
    get(`${route}?id=none`, visitor),
    get(`${route}?id=boom`, visitor),
    get(`${route}?id=1&id=2`, visitor),
    get(`${route}?id=%C3%A9`, { ...visitor, 'X-A': 'stop' }),
    json('POST', route, { name: 'Ada' }),
    json('POST', `${route}?id=1`, { name: 'Bob', n: [1] }, visitor),
    json('PUT', `${route}?id=2`, { name: '' }, visitor),
    text('POST', `${route}?id=1`, 'plain', visitor),
    form('POST', `${route}?id=1`, 'name=Ada&n=1&n=2', visitor),
    bare('DELETE', `${route}?id=1`, visitor),
    bare('PATCH', `${route}?id=none`),
    bare('HEAD', `${route}?id=1`, visitor),
    bare('OPTIONS', `${route}?id=1`, visitor),
  ]);
