// What a wrapper put on the request is taken out of it by the type that the request is cast to.

import { get, json } from '../../lib/requests.mjs';

const user = { 'X-User': 'u1' };

export default [get('/api/stays', user), get('/api/any?page=2', user), json('POST', '/api/body', { a: 1 }, user), get('/api/stays')];
