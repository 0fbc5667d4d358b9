// Malformed JSON is 400 by Next before any `try` of the handler sees it.

import { bodies } from '../../lib/requests.mjs';

export default bodies('/api/x');
