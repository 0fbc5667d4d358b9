// A wrapper around a router of next-connect 1, whose functions read what it puts on the request.

import { bare, get } from '../../lib/requests.mjs';

export default [get('/api/items'), get('/api/items', { Authorization: 'ada' }), bare('POST', '/api/items')];
