// A body that may be missing.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
