// A helper replaces the cookies that its caller set, another one adds to them.

import { get } from '../../lib/requests.mjs';

export default [get('/api/x'), get('/api/x?again=1'), get('/api/x?more=1'), get('/api/x?again=1&more=1')];
