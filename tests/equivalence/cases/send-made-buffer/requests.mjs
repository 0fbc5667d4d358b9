// Bytes that a method made, sent by `res.end`.

import { get, bare } from '../../lib/requests.mjs';

export default [get('/api/x'), get('/api/x?late=1'), bare('POST', '/api/x')];
