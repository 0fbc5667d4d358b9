import { respond } from '../../lib/respond';

export default respond(async (req, res) => res.status(203).send('by itself'), { raw: true });
