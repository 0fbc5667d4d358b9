import { withAll } from '../../lib/stacks';

export default withAll((req, res) => res.json({ url: req.url }));
