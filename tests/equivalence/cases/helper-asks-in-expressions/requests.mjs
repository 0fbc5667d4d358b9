// Helpers that ask in an expression whether there is a request.

import { get } from '../../lib/requests.mjs';

export const stays = { '/api/stays-later': 'request-escapes' };

const headers = { 'X-Real-IP': '10.0.0.1', 'User-Agent': 'tests', 'X-Trace': 't-1', Referer: 'https://example.com/' };

export default ['/api/audited', '/api/tracked'].flatMap((path) => [get(path), get(path, headers)]);
