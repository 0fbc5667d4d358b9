// A header of the request, which may be missing, is sent back: for review.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/x': 'header-undefined' };

export default [get('/api/x', { 'X-A': '1' }), get('/api/x')];
