// The body parsed by hand if it is a string.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
