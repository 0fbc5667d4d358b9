// The body spread into an object.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
